import {
  type Operation,
  reachableOperations,
  recordingKernel,
  recordOperation,
  resolve,
  type Result,
  type Source,
} from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { recorded, shapeOf } from "../recording/recorded.ts";

/** What a pass does with a recording. */
interface Rebuilder {
  /** Is shown every operation, its operands before it. */
  visit(operation: Operation): void;
  /** What replaces a recorded value. */
  value(source: Source): Source;
}

/** Shows a pass every operation of a recording, and returns the recording with the replaced values. */
export function rebuild(recording: Recording, pass: Rebuilder): Recording {
  const outputs = Object.entries(recording.outputs);
  const sources = outputs.map(([, { source }]) => source);
  for (const operation of reachableOperations(sources)) {
    recordingKernel(operation.kernel, () => pass.visit(operation));
  }
  return {
    ...recording,
    outputs: Object.fromEntries(
      outputs.map(([name, output]) => [name, { ...output, source: pass.value(output.source) }]),
    ),
  };
}

/** Records an operation with other operands and attributes, or keeps it if they are its own. */
export function recordAgain(
  operation: Operation,
  operands: readonly (Source | null)[],
  attributes = operation.attributes,
): Source[] {
  const { opType, outputCount, kernel } = operation;
  const results = Array.from(
    { length: outputCount },
    (_, index): Result => ({ kind: "result", operation, index }),
  );
  const isKept = attributes === operation.attributes && operands.every((operand, i) => {
    const own = operation.operands[i];
    return isSame(operand, own && resolve(own));
  });
  if (isKept) return results;
  const anew = recordingKernel(
    kernel,
    () => recordOperation(opType, operands, attributes, outputCount),
  );
  anew.forEach((source, i) => {
    const shape = shapeOf(results[i]);
    if (shape !== undefined) recorded(source, shape);
  });
  return anew;
}

/** Whether two sources are one value; a result may be described by several objects. */
export function isSame(a: Source | null | undefined, b: Source | null | undefined): boolean {
  if (a?.kind !== "result" || b?.kind !== "result") return a === b;
  return a.operation === b.operation && a.index === b.index;
}

/** What reads each operation; an output of the recording reads as `undefined`. */
export function readersOf(
  { outputs }: Recording,
): ReadonlyMap<Operation, readonly (Operation | undefined)[]> {
  const readers = new Map<Operation, (Operation | undefined)[]>();
  const add = (recorded: Source | null, reader: Operation | undefined) => {
    const source = recorded && resolve(recorded);
    if (source?.kind !== "result") return;
    const others = readers.get(source.operation);
    if (others === undefined) readers.set(source.operation, [reader]);
    else others.push(reader);
  };
  const sources = Object.values(outputs).map(({ source }) => source);
  for (const source of sources) add(source, undefined);
  for (const operation of reachableOperations(sources)) {
    for (const operand of operation.operands) add(operand, operation);
  }
  return readers;
}

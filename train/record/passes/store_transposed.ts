import type { NdArray } from "../../../lib/array/ndarray.ts";
import { permute } from "../../../lib/array/permute.ts";
import {
  type Constant,
  type Operation,
  reachableOperations,
  resolve,
  type Source,
} from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { rebuild, recordAgain } from "./rebuild.ts";

/** Arrays that were transposed, so that recordings of one function share them. */
const TRANSPOSED = new WeakMap<NdArray, Map<string, NdArray>>();

/**
 * Stores a weight as the operation reads it, under its own name, where all that reads it transposes
 * it alike: convolutions then read `[out, in, height, width]` with no `Transpose` before them, which
 * quantizers and other runtimes look for.
 */
export function storeTransposed(recording: Recording): Recording {
  const alike = transposedAlike(recording);
  const results = new Map<Operation, Source[]>();
  const value = (recorded: Source): Source => {
    const source = resolve(recorded);
    return source.kind === "result" ? results.get(source.operation)![source.index] : source;
  };
  return rebuild(recording, {
    visit(operation) {
      const operands = operation.operands.map((operand) => operand && value(operand));
      const [x] = operands;
      const isStored = operation.opType === "Transpose" && x?.kind === "constant" &&
        alike.has(x.name ?? "");
      results.set(
        operation,
        isStored
          ? [{ ...x, array: transposed(x.array, operation.attributes.perm as readonly number[]) }]
          : recordAgain(operation, operands),
      );
    },
    value,
  });
}

/** The names of constants that are read by transposes of one kind only. */
function transposedAlike({ outputs }: Recording): Set<string> {
  const readings = new Map<string, Set<string>>();
  const add = ({ name }: Constant, how: string) => {
    if (name === undefined) return;
    readings.set(name, (readings.get(name) ?? new Set()).add(how));
  };
  const sources = Object.values(outputs).map(({ source }) => source);
  for (const source of sources) if (source.kind === "constant") add(source, "as it is");
  for (const operation of reachableOperations(sources)) {
    for (const operand of operation.operands) {
      if (operand?.kind === "constant") add(operand, howRead(operation));
    }
  }
  const names = [...readings].filter(([, ways]) => ways.size === 1 && !ways.has("as it is"));
  return new Set(names.map(([name]) => name));
}

function howRead({ opType, attributes }: Operation): string {
  return opType === "Transpose" ? String(attributes.perm) : "as it is";
}

function transposed(array: NdArray, perm: readonly number[]): NdArray {
  const known = TRANSPOSED.get(array) ?? new Map<string, NdArray>();
  TRANSPOSED.set(array, known);
  const result = known.get(`${perm}`) ?? permute(array, perm);
  known.set(`${perm}`, result);
  return result;
}

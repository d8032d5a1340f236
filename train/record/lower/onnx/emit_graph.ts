import type { DType, NdArray } from "../../../../lib/array/ndarray.ts";
import { type Graph, GraphBuilder, type Value } from "../../../../lib/onnx/mod.ts";
import { BatchSize } from "./batch_size.ts";
import { simplify } from "../../passes/mod.ts";
import {
  type Operation,
  reachableOperations,
  repeatedElement,
  resolve,
  type Source,
} from "../../recording/operation.ts";
import type { Recording } from "../../recording/recording.ts";

/** Options for {@linkcode emitGraph}. */
export interface EmitOptions {
  /** @default {"graph"} */
  name?: string;
  /** Starts the names of constants and results, for a subgraph. @default {""} */
  prefix?: string;
  /**
   * The largest tensor allowed that is no declared parameter, in bytes. A larger one is most likely
   * noise or data that was drawn while recording, and is frozen for every later run.
   * @default {1024}
   */
  maxConstantBytes?: number;
  /**
   * The same function recorded with another batch size. Wherever the two differ the graph computes
   * the value from the size of its inputs' first axis, so that any batch size fits.
   */
  otherBatch?: Recording;
  /** What the free batch size is called. @default {"batch"} */
  batchName?: string;
}

/**
 * Writes a recording as an ONNX graph.
 *
 * @throws {Error} If a constant is too large, naming the kernel that reads it, or if the recording
 * and the one at the other batch size differ in more than sizes that are linear in the batch size.
 */
export function emitGraph(
  recorded: Recording,
  {
    name = "graph",
    prefix = "",
    maxConstantBytes = 1024,
    otherBatch: recordedOther,
    batchName = "batch",
  }: EmitOptions = {},
): Graph {
  const anyBatch = recordedOther !== undefined;
  const recording = simplify(recorded, { anyBatch });
  const other = recordedOther && simplify(recordedOther, { anyBatch });
  const builder = new GraphBuilder({ name, prefix });
  const batch = other && new BatchSize(builder, { recording, other, name: batchName });
  for (const [inputName, { dtype, shape }] of Object.entries(recording.inputs)) {
    const dims = batch?.dims(shape, other!.inputs[inputName].shape) ?? shape;
    builder.input(inputName, dtype as DType, dims);
  }

  const outputs = Object.entries(recording.outputs);
  const operations = reachableOperations(outputs.map(([, recorded]) => recorded.source));
  const otherOperations = other &&
    reachableOperations(outputs.map(([outputName]) => other.outputs[outputName].source));
  if (otherOperations !== undefined) checkAlike(operations, otherOperations, name);

  const results = new Map<Operation, Value[]>();
  const valueOf = (
    recorded: Source,
    otherSource: Source | undefined,
    reader?: Operation,
  ): Value => {
    const source = resolve(recorded);
    if (source.kind === "input") return { name: source.name };
    if (source.kind === "result") return results.get(source.operation)![source.index];
    const { array } = source;
    const otherArray = otherSource?.kind === "constant" ? otherSource.array : array;
    if (differs(array, otherArray)) return batch!.constant(array, otherArray, reader);
    const isLarge = source.name === undefined && array.data.byteLength > maxConstantBytes;
    // A mask or a fill, not noise.
    const element = isLarge ? repeatedElement(array) : undefined;
    if (element !== undefined) {
      return builder.op.Expand(builder.constant(element), [...array.shape]);
    }
    if (source.name !== undefined) return builder.constant(array, source.name);
    if (source.isData && array.data.byteLength > maxConstantBytes) {
      throw new Error(
        `Cannot write graph "${name}": ${
          readerName(reader)
        } reads a constant ${array.dtype}[${array.shape}] of ${array.data.byteLength} bytes that is no declared input; ` +
          "draw noise and data from an input, they would be frozen here",
      );
    }
    return builder.constant(array);
  };

  operations.forEach((operation, i) => {
    const otherOperation = otherOperations?.[i];
    const operands = operation.operands.map((operand, k) =>
      operand && valueOf(operand, otherOperation?.operands[k] ?? undefined, operation)
    );
    results.set(
      operation,
      builder.node(operation.opType, operands, operation.attributes, operation.outputCount),
    );
  });
  for (const [outputName, { source, dtype, shape }] of outputs) {
    const value = valueOf(source, other?.outputs[outputName].source);
    const dims = batch?.dims(shape, other!.outputs[outputName].shape) ?? shape;
    builder.output(outputName, value, dtype as DType, dims);
  }
  return builder.build();
}

/** That two recordings hold the same operations, of which only sizes differ. */
function checkAlike(
  operations: readonly Operation[],
  others: readonly Operation[],
  name: string,
): void {
  if (others.length !== operations.length) {
    throw new Error(
      `Cannot free the batch size of "${name}": it records ${operations.length} operations with one size and ${others.length} with another`,
    );
  }
  const i = operations.findIndex(({ opType }, k) => opType !== others[k].opType);
  if (i >= 0) {
    throw new Error(
      `Cannot free the batch size of "${name}": operation ${i} is ${
        operations[i].opType
      } with one size and ${others[i].opType} with another`,
    );
  }
}

function readerName(reader: Operation | undefined): string {
  return reader === undefined ? "an output" : `kernel "${reader.kernel}"`;
}

function differs(a: NdArray, b: NdArray): boolean {
  return a.data.length !== b.data.length || a.data.some((value, i) => !Object.is(value, b.data[i]));
}

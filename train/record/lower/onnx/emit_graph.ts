import type { DType, NdArray } from "../../../../lib/array/ndarray.ts";
import { type Graph, GraphBuilder, type Value } from "../../../../lib/onnx/mod.ts";
import { innerOf } from "../../recording/control_flow.ts";
import { COUNTED } from "../../recording/counted.ts";
import { emitControlFlow } from "./emit_control_flow.ts";
import { FreeSizes, type Size, type SizeNames } from "./free_sizes.ts";
import { simplify } from "../../passes/mod.ts";
import {
  type Constant,
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
   * The same function recorded at other sizes: one with another batch size, for other axes one each,
   * and one where all differ. Wherever they differ the graph computes the value from the sizes of its
   * inputs, so that any size fits.
   * @default {[]}
   */
  others?: readonly Recording[];
  /** What the graph calls the sizes that differ. @default {{}} */
  sizeNames?: SizeNames;
}

/**
 * Writes a recording as an ONNX graph.
 *
 * @throws {Error} If a constant is too large, naming the kernel that reads it, or if
 * recordings at other sizes differ in more than numbers that are linear in the sizes.
 */
export function emitGraph(
  recorded: Recording,
  {
    name = "graph",
    prefix = "",
    maxConstantBytes = 1024,
    others: recordedOthers = [],
    sizeNames = {},
  }: EmitOptions = {},
): Graph {
  const anyBatch = recordedOthers.length > 0;
  const recording = simplify(recorded, { anyBatch });
  const others = recordedOthers.map((other) => simplify(other, { anyBatch }));
  const builder = new GraphBuilder({ name, prefix });
  const outputs = Object.entries(recording.outputs);
  const operationsOf = (recording: Recording) =>
    reachableOperations(outputs.map(([outputName]) => recording.outputs[outputName].source));
  const operations = operationsOf(recording);
  const otherOperations = others.map(operationsOf);
  for (const each of otherOperations) checkAlike(operations, each, name);
  const results = new Map<Operation, Value[]>();
  const counts = countsOf([operations, ...otherOperations], (operation) => {
    const [value] = results.get(operation)!;
    return builder.op.Slice(builder.op.Shape(value), [0], [1]);
  });
  if (counts.length > 0 && !anyBatch) {
    throw new Error(`Cannot write graph "${name}": values decide a shape, ${REMEDY}`);
  }
  const sizes = anyBatch
    ? new FreeSizes(builder, [recording, ...others], { names: sizeNames, counts })
    : undefined;
  const dimsOf = (name: string, kind: "inputs" | "outputs") => {
    const shapes = [recording, ...others].map((each) => each[kind][name].shape);
    return sizes?.dims(name, shapes) ?? shapes[0];
  };
  for (const [inputName, { dtype }] of Object.entries(recording.inputs)) {
    builder.input(inputName, dtype as DType, dimsOf(inputName, "inputs"));
  }

  const valueOf = (
    recorded: Source,
    otherSources: readonly (Source | null)[],
    reader?: Operation,
  ): Value => {
    const source = resolve(recorded);
    if (source.kind === "input") return { name: source.name };
    if (source.kind === "result") return results.get(source.operation)![source.index];
    const { array } = source;
    const otherArrays = otherSources.map((other) =>
      other?.kind === "constant" ? other.array : array
    );
    if (otherArrays.some((other) => differs(array, other))) {
      return sizes!.constant([array, ...otherArrays], reader);
    }
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
    if (operation.opType === COUNTED) {
      results.set(operation, [valueOf(operation.operands[0]!, [])]);
      return;
    }
    const operands = operation.operands.map((operand, k) =>
      operand &&
      valueOf(operand, otherOperations.map((operations) => operations[i].operands[k]), operation)
    );
    if (innerOf(operation) !== undefined) {
      const flow = emitControlFlow(builder, {
        operations: [operation, ...otherOperations.map((operations) => operations[i])],
        operands: operands as Value[],
        prefix: `${prefix}${operation.opType.toLowerCase()}_${i}_`,
        emit: (recording, others) => emitGraph(recording, { others, maxConstantBytes }),
      });
      results.set(operation, flow);
      return;
    }
    results.set(
      operation,
      builder.node(operation.opType, operands, operation.attributes, operation.outputCount),
    );
  });
  for (const [outputName, { source, dtype }] of outputs) {
    const value = valueOf(source, others.map(({ outputs }) => outputs[outputName].source));
    builder.output(outputName, value, dtype as DType, dimsOf(outputName, "outputs"));
  }
  return builder.build();
}

/** What helps where a shape depends on values. */
const REMEDY = "recordings with other counts are needed";

/** The numbers of rows that values decide, as sizes. */
function countsOf(
  recordings: readonly (readonly Operation[])[],
  valueOf: (counted: Operation) => Value,
): Size[] {
  const [operations] = recordings;
  const counted = operations.flatMap(({ opType }, i) => opType === COUNTED ? [i] : []);
  return counted.map((i, k) => {
    let value: Value | undefined;
    return {
      name: counted.length === 1 ? "found" : `found_${k}`,
      values: recordings.map((each) => {
        const [, count] = each[i].operands;
        return Number((count as Constant).array.data[0]);
      }),
      value: () => value ??= valueOf(operations[i]),
    };
  });
}

/** That two recordings hold the same operations, of which only sizes differ. */
function checkAlike(
  operations: readonly Operation[],
  others: readonly Operation[],
  name: string,
): void {
  if (others.length !== operations.length) {
    throw new Error(
      `Cannot free the sizes of "${name}": it records ${operations.length} operations with one size and ${others.length} with another`,
    );
  }
  const i = operations.findIndex(({ opType }, k) => opType !== others[k].opType);
  if (i >= 0) {
    throw new Error(
      `Cannot free the sizes of "${name}": operation ${i} is ${
        operations[i].opType
      } with one size and ${others[i].opType} with another`,
    );
  }
  const k = operations.findIndex((operation, k) =>
    innerOf(operation) === undefined &&
    JSON.stringify(operation.attributes) !== JSON.stringify(others[k].attributes)
  );
  if (k >= 0) {
    const { kernel, opType } = operations[k];
    throw new Error(
      `Cannot free the sizes of "${name}": kernel "${kernel}" (${opType}) works otherwise at another size`,
    );
  }
}

function readerName(reader: Operation | undefined): string {
  return reader === undefined ? "an output" : `kernel "${reader.kernel}"`;
}

function differs(a: NdArray, b: NdArray): boolean {
  return a.data.length !== b.data.length || a.data.some((value, i) => !Object.is(value, b.data[i]));
}

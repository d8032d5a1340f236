import { sizeOf } from "../../../lib/array/ndarray.ts";
import { MergingRecorder } from "./rewrite.ts";
import { operatorOf } from "../../../lib/onnx/mod.ts";
import {
  constant,
  type Operation,
  reachableOperations,
  recordOperation,
  resolve,
  type Source,
} from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { recorded } from "../recording/recorded.ts";
import { Types } from "./types.ts";

/** Outputs of more elements are not worth copying together: their operators have enough to do. */
const SMALL = 1024;

/** How many operations back outputs must agree, scalars included, to be computed together. */
const DEPTH = 1;

/**
 * Computes outputs of the same operations together, concatenated: an optimizer updates every bias
 * and every scale of a model in the same dozen operations, each on a few numbers, and an operation
 * takes its few microseconds however small it is. Numbers do not change.
 *
 * From such outputs on it goes back as long as their operations are the same and nothing else reads
 * them, and joins what differs.
 */
export function batchUpdates(recording: Recording): Recording {
  const batcher = new Batcher(recording);
  const alike = new Map<string, string[]>();
  for (const [name, { source, dtype }] of Object.entries(recording.outputs)) {
    const description = dtype === "float32" ? batcher.describe(resolve(source)) : undefined;
    if (description === undefined) continue;
    alike.set(description, [...alike.get(description) ?? [], name]);
  }
  const outputs = { ...recording.outputs };
  for (const names of alike.values()) {
    const sources = names.map((name) => resolve(recording.outputs[name].source));
    batcher.batch(sources)?.forEach((source, i) => {
      outputs[names[i]] = { ...outputs[names[i]], source };
    });
  }
  return { ...recording, outputs };
}

class Batcher {
  readonly #types: Types;
  readonly #recorder = new MergingRecorder();
  /** Operations on few elements that lead to outputs alone. */
  readonly #last = new Set<Operation>();
  readonly #joined = new Map<string, Source | undefined>();
  /** What batching saves in operations. */
  #saved = 0;

  constructor(recording: Recording) {
    this.#types = new Types(recording);
    const operations = reachableOperations(
      Object.values(recording.outputs).map(({ source }) => source),
    );
    const isReadOtherwise = new Set<Operation>();
    for (const operation of operations.toReversed()) {
      const source: Source = { kind: "result", operation, index: 0 };
      const isLast = !isReadOtherwise.has(operation) && operatorOf(operation.opType).elementwise &&
        this.#vectorSize(source) !== undefined;
      if (isLast) this.#last.add(operation);
      for (const operand of isLast ? [] : operation.operands) {
        const read = operand && resolve(operand);
        if (read?.kind === "result") isReadOtherwise.add(read.operation);
      }
    }
  }

  /** The operations of an output as text; `undefined` where they work on many elements. */
  describe(source: Source, depth = DEPTH): string | undefined {
    if (source.kind !== "result" || !this.#last.has(source.operation)) return undefined;
    const { opType, operands } = source.operation;
    const parts = operands.map((operand) => {
      const part = resolve(operand!);
      if (this.#isScalar(part)) return this.#recorder.describe(part);
      return (depth > 0 ? this.describe(part, depth - 1) : undefined) ?? "";
    });
    return `${opType}(${parts})`;
  }

  /** The same values computed together; `undefined` where that takes more operations. */
  batch(sources: readonly Source[]): Source[] | undefined {
    if (sources.length < 2) return undefined;
    // What is joined already, for another output, saves an operation each.
    this.#saved = this.#joined.has(this.#key(sources)) ? sources.length : 0;
    const joined = this.#join(sources);
    const sizes = sources.map((source) => this.#vectorSize(source)!);
    // The split itself, and the shape that each part may need.
    this.#saved -= 1 + sources.filter((source) => this.#types.shape(source)!.length !== 1).length;
    if (joined === undefined || this.#saved <= 0) return undefined;
    const list = constant("int64", [sizes.length], sizes);
    return recordOperation("Split", [joined, list], { axis: 0 }, sizes.length).map((part, i) =>
      this.#recorder.reshape(
        recorded(part, [sizes[i]]).source,
        this.#types.shape(sources[i])!,
        this.#types,
      )
    );
  }

  /** Values end to end; `undefined` where not all are vectors of floats. */
  #join(sources: readonly Source[]): Source | undefined {
    const key = this.#key(sources);
    if (!this.#joined.has(key)) {
      this.#joined.set(key, this.#operated(sources) ?? this.#concatenated(sources));
    }
    return this.#joined.get(key);
  }

  #key(sources: readonly Source[]): string {
    return sources.map((source) => this.#recorder.describe(source)).join(" ");
  }

  /** By the operation that makes all of them, on what its operands are joined. */
  #operated(sources: readonly Source[]): Source | undefined {
    const operations = sources.map((source) =>
      source.kind === "result" && this.#last.has(source.operation) ? source.operation : undefined
    );
    const [first] = operations;
    const isAlike = first !== undefined &&
      operations.every((operation) =>
        operation?.opType === first.opType && operation.operands.length === first.operands.length &&
        JSON.stringify(operation.attributes) === JSON.stringify(first.attributes)
      );
    if (!isAlike) return undefined;
    const operands = first.operands.map((_, k) => {
      const own = operations.map((operation) => resolve(operation!.operands[k]!));
      if (own.every((each) => this.#isScalar(each) && this.#recorder.isEqual(each, own[0]))) {
        return own[0];
      }
      const areWhole = own.every((each, i) =>
        `${this.#types.shape(each)}` === `${this.#types.shape(sources[i])}`
      );
      return areWhole ? this.#join(own) : undefined;
    });
    if (!operands.every((operand) => operand !== undefined)) return undefined;
    this.#saved += sources.length - 1;
    return this.#recorder.record(first.opType, operands, first.attributes);
  }

  #concatenated(sources: readonly Source[]): Source | undefined {
    const parts = sources.map((source) => {
      const size = this.#vectorSize(source);
      return size === undefined ? undefined : this.#recorder.reshape(source, [size], this.#types);
    });
    if (!parts.every((part) => part !== undefined)) return undefined;
    this.#saved -= 1 + parts.filter((part, i) => part !== sources[i]).length;
    return this.#recorder.record("Concat", parts, { axis: 0 });
  }

  /** The number of elements of a small float value that has axes. */
  #vectorSize(source: Source): number | undefined {
    const shape = this.#types.shape(source);
    if (shape === undefined || shape.length === 0 || !this.#types.isFloat(source)) return undefined;
    const size = sizeOf(shape);
    return size > 0 && size <= SMALL ? size : undefined;
  }

  #isScalar(source: Source): boolean {
    return this.#types.shape(source)?.length === 0;
  }
}

import type { NdArray } from "../../../lib/array/ndarray.ts";
import { isPure, operatorOf } from "../../../lib/onnx/mod.ts";
import {
  constant,
  type Operation,
  recordOperation,
  resolve,
  type Source,
} from "../recording/operation.ts";
import { recorded } from "../recording/recorded.ts";
import type { Recording } from "../recording/recording.ts";
import { rebuild, recordAgain } from "./rebuild.ts";
import type { Types } from "./types.ts";

/** Constants up to this many elements are compared by value. */
const SMALL = 64;

/**
 * What to record in place of an operation, with its rewritten operands; `undefined` to
 * leave it as it is.
 */
export type Rewriting = (
  operation: Operation,
  operands: readonly (Source | null)[],
  recorder: MergingRecorder,
) => Source[] | undefined;

/**
 * Rewrites operations one by one, from the inputs on. What several operations compute alike is computed
 * once.
 */
export function rewrite(recording: Recording, rewriting: Rewriting): Recording {
  const recorder = new MergingRecorder();
  const results = new Map<Operation, Source[]>();
  const current = (recorded: Source): Source => {
    const source = resolve(recorded);
    return source.kind === "result" ? results.get(source.operation)![source.index] : source;
  };
  return rebuild(recording, {
    visit: (operation) => {
      const operands = operation.operands.map((operand) => operand && current(operand));
      const rewritten = rewriting(operation, operands, recorder);
      results.set(operation, rewritten ?? recorder.recordAgain(operation, operands));
    },
    value: current,
  });
}

/** Records operations; one that computes what another did before gives that one's results. */
export class MergingRecorder {
  readonly #results = new Map<string, Source[]>();
  readonly #numbers = new Map<NdArray, number>();

  /** Records one result of an operator of its own kind. */
  record(
    opType: string,
    operands: readonly Source[],
    attributes: Operation["attributes"] = {},
  ): Source {
    return this.#once(
      { opType, operands, attributes, outputCount: 1 },
      () => recordOperation(opType, operands, attributes),
    )[0];
  }

  /** A value in another shape; itself where that is its own. */
  reshape(source: Source, shape: readonly number[], types: Types): Source {
    if (`${types.shape(source)}` === `${shape}`) return source;
    const list = constant("int64", [shape.length], shape);
    return recorded(this.record("Reshape", [source, list]), shape).source;
  }

  /** Records an operation with other operands, or keeps it if they are its own. */
  recordAgain(operation: Operation, operands: readonly (Source | null)[]): Source[] {
    return this.#once({ ...operation, operands }, () => recordAgain(operation, operands));
  }

  /** Whether two sources are one value: constants where they have the same elements. */
  isEqual(a: Source, b: Source): boolean {
    return this.describe(a) === this.describe(b);
  }

  #once(
    { opType, operands, attributes, outputCount }: Pick<
      Operation,
      "opType" | "operands" | "attributes" | "outputCount"
    >,
    make: () => Source[],
  ): Source[] {
    if (!isPure(opType)) return make();
    const names = operands.map((operand) => this.describe(operand));
    if (operatorOf(opType).commutative) names.sort();
    const key = `${outputCount} ${opType}(${names})${JSON.stringify(attributes, exactly)}`;
    const results = this.#results.get(key) ?? make();
    this.#results.set(key, results);
    return results;
  }

  /** A text that is equal for equal values. */
  describe(source: Source | null): string {
    if (source === null) return "";
    if (source.kind === "input") return `input ${source.name}`;
    if (source.kind === "result") return `${source.operation.id}.${source.index}`;
    const { array, name } = source;
    if (name === undefined && array.data.length <= SMALL) {
      return `${array.dtype}[${array.shape}]{${Array.from(array.data, exact)}}`;
    }
    if (!this.#numbers.has(array)) this.#numbers.set(array, this.#numbers.size);
    return `constant ${this.#numbers.get(array)} ${name}`;
  }
}

/** Keeps -0, infinities and NaN, which JSON does not know, apart. */
function exactly(_: string, value: unknown): unknown {
  return typeof value === "number" ? exact(value) : value;
}

function exact(value: number | bigint): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

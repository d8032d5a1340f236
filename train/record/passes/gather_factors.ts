import { sizeOf } from "../../../lib/array/ndarray.ts";
import { isSame, readersOf, rebuild } from "./rebuild.ts";
import { MergingRecorder } from "./rewrite.ts";
import { operatorOf } from "../../../lib/onnx/mod.ts";
import { constant, type Operation, resolve, type Source } from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { recorded } from "../recording/recorded.ts";
import { reducedAxes, Types } from "./types.ts";

/** A value that is not computed yet: `base * factor`, where the base has the shape of the value. */
interface Product {
  readonly base: Source;
  readonly factor?: Source;
  /** Whether one operation makes it, which then is as good as the product. */
  readonly isPlain?: boolean;
}

/** How many times larger a value must be than its factor. */
const RATIO = 8;

/** The operators that a factor can be taken out of. */
const LINEAR: ReadonlySet<string> = new Set(["Mul", "Neg", "ReduceMean", "ReduceSum"]);

/**
 * Multiplies the small factors of a large value with each other before it multiplies the value, and
 * takes them out of sums: `a (b x) = (a b) x`, `(a x) (b y) = (a b) (x y)`, `a x + a y = a (x + y)` and
 * `sum(a x) = a sum(x)` where `a` does not vary along the axes of the sum.
 * TensorFlow.js's gradient of batch normalization scales whole batches of images eight times, and
 * Adam each weight seven times.
 *
 * Numbers change by rounding alone. What is infinite or not a number stays so, unless it would come
 * about between two factors only.
 */
export function gatherFactors(recording: Recording): Recording {
  return rebuild(recording, new Gatherer(recording));
}

class Gatherer {
  readonly #types: Types;
  readonly #recorder = new MergingRecorder();
  readonly #products = new Map<Operation, Product>();
  readonly #results = new Map<Operation, Source[]>();
  readonly #readers: ReturnType<typeof readersOf>;

  constructor(recording: Recording) {
    this.#types = new Types(recording);
    this.#readers = readersOf(recording);
  }

  /** Records an operation again where that helps; its operands come before it. */
  visit(operation: Operation): void {
    const product = this.#productOf(operation);
    if (product === undefined) this.#results.set(operation, this.#recordAgain(operation));
    else this.#products.set(operation, product);
  }

  /** A recorded value, computed. */
  value(recorded: Source): Source {
    const source = resolve(recorded);
    if (source.kind !== "result") return source;
    const { operation, index } = source;
    const product = this.#products.get(operation);
    if (product !== undefined && !this.#results.has(operation)) {
      const { base, factor, isPlain } = product;
      this.#results.set(
        operation,
        isPlain
          ? this.#recordAgain(operation)
          : [factor === undefined ? base : this.#recorder.record("Mul", [base, factor])],
      );
    }
    return this.#results.get(operation)![index];
  }

  #recordAgain(operation: Operation): Source[] {
    const operands = operation.operands.map((operand) => operand && this.value(operand));
    return this.#recorder.recordAgain(operation, this.#withoutLeadingOnes(operation, operands));
  }

  #productOf(operation: Operation): Product | undefined {
    const { opType, operands } = operation;
    const [a, b] = operands.map((operand) => operand && resolve(operand));
    if (opType === "Neg" && this.#types.isFloat(a!)) {
      return this.#scaled(a!, constant("float32", [], [-1]));
    }
    if (opType === "Mul") return this.#multiplied(a!, b!);
    if (opType === "Div") return this.#divided(a!, b!);
    if (opType === "Add" || opType === "Sub") return this.#added(operation, a!, b!);
    if (opType === "ReduceSum" || opType === "ReduceMean") return this.#reduced(operation, a!);
    return undefined;
  }

  #multiplied(a: Source, b: Source): Product | undefined {
    const [large, small] = this.#size(a) < this.#size(b) ? [b, a] : [a, b];
    if (this.#isFactorOf(small, large)) return this.#scaled(large, this.value(small));
    if (!this.#haveOneShape(a, b)) return undefined;
    const [x, y] = [a, b].map((each) => this.#isFree(each) ? this.#product(each) : undefined);
    if (x?.factor === undefined && y?.factor === undefined) return undefined;
    const bases = [x?.base ?? this.value(a), y?.base ?? this.value(b)];
    return {
      base: this.#like(a, this.#recorder.record("Mul", bases)),
      ...this.#factors(x?.factor, y?.factor),
    };
  }

  #divided(a: Source, b: Source): Product | undefined {
    if (!this.#types.isFloat(a) || !this.#types.isFloat(b)) return undefined;
    if (this.#isFactorOf(b, a)) {
      return this.#scaled(a, this.#recorder.record("Reciprocal", [this.value(b)]));
    }
    const x = this.#isFree(a) ? this.#product(a) : undefined;
    if (x?.factor === undefined || !this.#haveOneShape(a, b)) return undefined;
    const base = this.#recorder.record("Div", [x.base, this.value(b)]);
    return { base: this.#like(a, base), factor: x.factor };
  }

  /** What two terms have in common, times the sum of the rest. */
  #added(operation: Operation, a: Source, b: Source): Product | undefined {
    if (!this.#haveOneShape(a, b)) return undefined;
    const [x, y] = [this.#product(a), this.#product(b)];
    const isCommon = x.factor !== undefined && y.factor !== undefined &&
      this.#recorder.isEqual(x.factor, y.factor);
    if (!isCommon || !this.#isFree(a, operation) || !this.#isFree(b, operation)) return undefined;
    const base = this.#recorder.record(operation.opType, [x.base, y.base]);
    return { base: this.#like(a, base), factor: x.factor };
  }

  #reduced(operation: Operation, x: Source): Product | undefined {
    const { base, factor } = this.#product(x);
    const shape = this.#types.shape(x);
    const own = factor && this.#types.shape(factor);
    const axes = shape && reducedAxes(operation, shape.length);
    if (!factor || !own || !axes) return undefined;
    const aligned = shape.map((_, axis) => own[own.length - shape.length + axis] ?? 1);
    if (axes.some((axis) => aligned[axis] !== 1)) return undefined;
    const kept = operation.attributes.keepdims === 0
      ? aligned.filter((_, axis) => !axes.includes(axis))
      : aligned;
    const [sum] = this.#recorder.recordAgain(operation, [base, ...operation.operands.slice(1)]);
    const rest = this.#recorder.reshape(factor, withoutLeadingOnes(kept), this.#types);
    // As large as the sum, it is no factor to wait with.
    return this.#isFactorOf(rest, sum)
      ? { base: sum, factor: rest }
      : { base: this.#recorder.record("Mul", [sum, rest]) };
  }

  /** A value times a factor. */
  #scaled(x: Source, factor: Source): Product {
    const product = this.#product(x);
    const isPlain = product.factor === undefined;
    return { base: product.base, ...this.#factors(product.factor, this.#narrow(factor)), isPlain };
  }

  #factors(a: Source | undefined, b: Source | undefined): { factor: Source } {
    if (a === undefined || b === undefined) return { factor: (a ?? b)! };
    const [x, y] = [numberOf(a), numberOf(b)];
    return {
      factor: x === undefined || y === undefined
        ? this.#recorder.record("Mul", [a, b])
        : constant("float32", [], [x * y]),
    };
  }

  #product(source: Source): Product {
    const product = source.kind === "result" ? this.#products.get(source.operation) : undefined;
    return product ?? { base: this.value(source) };
  }

  /** Whether nothing but sums and products reads a value, so that it need not be computed itself. */
  #isFree(source: Source, except?: Operation): boolean {
    return source.kind === "result" &&
      this.#readers.get(source.operation)!.every((reader) =>
        reader !== undefined &&
        (reader === except || LINEAR.has(reader.opType) || isNumerator(source, reader))
      );
  }

  #isFactorOf(small: Source, large: Source): boolean {
    const [shape, whole] = [small, large].map((source) => this.#types.shape(source));
    if (shape === undefined || whole === undefined || shape.length > whole.length) return false;
    // One number is a factor of however few.
    if (shape.length === 0) return whole.length > 0;
    return RATIO * sizeOf(shape) <= sizeOf(whole) &&
      shape.every((size, i) => size === 1 || size === whole.at(i - shape.length));
  }

  #haveOneShape(a: Source, b: Source): boolean {
    const [shape, other] = [a, b].map((source) => this.#types.shape(source));
    return shape !== undefined && other !== undefined && `${shape}` === `${other}`;
  }

  #size(source: Source): number {
    return sizeOf(this.#types.shape(source) ?? []);
  }

  /** Of the operands that an operator broadcasts, the leading axes of one element are left out. */
  #withoutLeadingOnes(
    { opType }: Operation,
    operands: readonly (Source | null)[],
  ): readonly (Source | null)[] {
    if (!operatorOf(opType).elementwise || operands.length < 2) return operands;
    const ranks = operands.map((operand) => operand && this.#types.shape(operand)?.length);
    const rank = Math.max(...ranks.map((each) => each ?? 0));
    const widest = ranks.indexOf(rank);
    return operands.map((operand, i) => operand && i !== widest ? this.#narrow(operand) : operand);
  }

  /** A value without its leading axes of one element, where a reshape has added those. */
  #narrow(source: Source): Source {
    const shape = this.#types.shape(source);
    if (source.kind !== "result" || shape === undefined) return source;
    const { opType, operands: [x] } = source.operation;
    const original = x && this.#types.shape(x);
    const isWidened = (opType === "Reshape" || opType === "Unsqueeze") && !!original &&
      original.length < shape.length &&
      `${withoutLeadingOnes(original)}` === `${withoutLeadingOnes(shape)}`;
    return isWidened ? this.#narrow(x) : source;
  }

  /** Says that a new value has the shape of another. */
  #like(model: Source, source: Source): Source {
    return recorded(source, this.#types.shape(model)!).source;
  }
}

function isNumerator(source: Source, { opType, operands: [a, b] }: Operation): boolean {
  return opType === "Div" && isSame(resolve(a!), source) && !isSame(resolve(b!), source);
}

/** The value of a constant float32 scalar. */
function numberOf(source: Source): number | undefined {
  if (source.kind !== "constant" || source.name !== undefined) return undefined;
  const { dtype, shape, data } = source.array;
  return dtype === "float32" && shape.length === 0 ? Number(data[0]) : undefined;
}

function withoutLeadingOnes(shape: readonly number[]): readonly number[] {
  const first = shape.findIndex((size) => size !== 1);
  return first < 0 ? [] : shape.slice(first);
}

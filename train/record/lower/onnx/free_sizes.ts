import { type NdArray, ndarray, sizeOf } from "../../../../lib/array/ndarray.ts";
import { type Dim, type GraphBuilder, onnxDataType, type Value } from "../../../../lib/onnx/mod.ts";
import type { Operation } from "../../recording/operation.ts";
import type { Recording } from "../../recording/recording.ts";

/** The names of sizes, by input and axis. */
export type SizeNames = Readonly<Record<string, readonly (string | number | null)[]>>;

/** A size of an input that differs between recordings, a count, or a product of such sizes. */
export interface Size {
  readonly name: string;
  /** In each recording. */
  readonly values: readonly number[];
  /** Computes it as int64 `[1]`. */
  value(): Value;
}

/** `slope * size + offset` */
interface Line {
  readonly size: Size | undefined;
  readonly slope: number;
  readonly offset: number;
}

/** Expresses what differs between recordings by the sizes of their inputs that differ. */
export class FreeSizes {
  readonly #builder: GraphBuilder;
  readonly #recordings: readonly Recording[];
  readonly #sizes: readonly Size[];
  /** The sizes and their products, those of fewer sizes first. */
  readonly #products: readonly Size[];

  /**
   * @param recordings Of one function at several sizes.
   * @param options.names What the graph calls the sizes; `batch` is the first axis of an input unless
   * named.
   * @param options.counts Sizes that no input has.
   */
  constructor(
    builder: GraphBuilder,
    recordings: readonly Recording[],
    { names = {}, counts = [] }: { names?: SizeNames; counts?: readonly Size[] } = {},
  ) {
    this.#builder = builder;
    this.#recordings = recordings;
    this.#sizes = [...this.#findSizes(names), ...counts];
    this.#products = productsOf(this.#sizes, (a, b) => builder.op.Mul(a, b));
  }

  /** The shape of an input or output, with its free sizes named. */
  dims(name: string, shapes: readonly (readonly number[])[]): Dim[] {
    return shapes[0].map((_, axis) => {
      const line = this.#lineOf(shapes.map((shape) => shape[axis]));
      // Such as half of a height, rounded up.
      if (line === undefined) return `${name}_${axis}`;
      const { size, slope, offset } = line;
      if (size === undefined) return offset;
      const product = slope === 1 ? size.name : `${slope}*${size.name}`;
      return offset === 0 ? product : `${product}+${offset}`;
    });
  }

  /**
   * The value that gives each array at its sizes: whole numbers `offset + slope * size`, or rows
   * repeated that often.
   */
  constant(arrays: readonly NdArray[], reader: Operation | undefined): Value {
    if (this.#sizes.length === 0) {
      throw new RangeError("Cannot free a size: no input differs between the recordings");
    }
    const [array] = arrays;
    const kernel = `kernel "${reader?.kernel}"`;
    const repeated = repeatedPart(arrays);
    if (repeated !== undefined) {
      const shape = this.constant(arrays.map(({ shape }) => int64(shape)), reader);
      return this.#builder.op.Expand(this.#builder.constant(repeated), shape);
    }
    const isNumber = ["int64", "int32", "float32"].includes(array.dtype);
    if (
      !isNumber || array.shape.length > 1 ||
      arrays.some(({ data }) => data.length !== array.data.length)
    ) {
      throw new Error(
        `Cannot free ${this.#list}: ${kernel} reads a constant ${array.dtype}[${array.shape}] that depends on it, ${REMEDY}`,
      );
    }
    const values = arrays.map(({ data }) => Array.from(data, Number));
    const columns = values[0].map((_, i) => values.map((each) => each[i]));
    const free = columns.filter(([first, ...others]) => others.some((value) => value !== first));
    if (reader?.opType === "Reshape" && free.length === 1 && !values[0].includes(0)) {
      // In the shape of a Reshape, -1 stands for the one size that follows from the others.
      const sizes = columns.map((column) => free.includes(column) ? -1 : column[0]);
      return this.#builder.constant(int64(sizes));
    }
    return this.#compute(columns.map((column) => this.#line(column, kernel)), array);
  }

  /** Numbers of one type, each on its line. */
  #compute(lines: readonly Line[], { shape, dtype }: NdArray): Value {
    const { op } = this.#builder;
    let sum: Value | undefined;
    for (const size of this.#products) {
      if (lines.every((line) => line.size !== size)) continue;
      const slopes = lines.map((line) => line.size === size ? line.slope : 0);
      const part = op.Mul(size.value(), this.#builder.constant(int64(slopes)));
      sum = sum === undefined ? part : op.Add(sum, part);
    }
    const offsets = this.#builder.constant(int64(lines.map(({ offset }) => offset)));
    const list = op.Add(sum!, offsets);
    const result = shape.length === 0 ? op.Squeeze(list, [0]) : list;
    return dtype === "int64" ? result : op.Cast(result, { to: onnxDataType(dtype) });
  }

  #line(values: readonly number[], where: string): Line {
    const line = this.#lineOf(values);
    if (line !== undefined) return line;
    const sizes = this.#sizes.map(({ name, values }) => `${name} ${values.join(", ")}`);
    throw new Error(
      `Cannot free ${this.#list}: ${where} has ${values.join(", ")} at ${
        sizes.join(" and ")
      }, which is not linear, ${REMEDY}`,
    );
  }

  #lineOf(values: readonly number[]): Line | undefined {
    const [value] = values;
    if (values.every((other) => other === value)) {
      return { size: undefined, slope: 0, offset: value };
    }
    for (const size of this.#products) {
      const i = size.values.findIndex((other) => other !== size.values[0]);
      const slope = (values[i] - value) / (size.values[i] - size.values[0]);
      const offset = value - slope * size.values[0];
      const isOn = values.every((other, i) => other === offset + slope * size.values[i]);
      if (Number.isInteger(slope) && isOn) return { size, slope, offset };
    }
    return undefined;
  }

  get #list(): string {
    return `the size ${this.#sizes.map(({ name }) => `"${name}"`).join(" and ")}`;
  }

  /** The sizes that differ; axes that differ alike have one size. */
  #findSizes(names: SizeNames): Size[] {
    const found = new Map<string, Size>();
    const [{ inputs }] = this.#recordings;
    for (const [input, { shape }] of Object.entries(inputs)) {
      shape.forEach((size, axis) => {
        const values = this.#recordings.map(({ inputs }) => inputs[input].shape[axis]);
        if (values.every((value) => value === size) || found.has(`${values}`)) return;
        const name = names[input]?.[axis];
        let value: Value | undefined;
        found.set(`${values}`, {
          name: typeof name === "string" ? name : axis === 0 ? "batch" : `${input}_${axis}`,
          values,
          value: () => value ??= this.#sizeOf(input, axis),
        });
      });
    }
    return [...found.values()];
  }

  #sizeOf(input: string, axis: number): Value {
    const { op } = this.#builder;
    return op.Slice(op.Shape({ name: input }), [axis], [axis + 1]);
  }
}

/** What helps; most often the gradient of a loss is in the way, which divides by the batch size. */
const REMEDY = "give it a number in the shape of each input, as training has one";

/** Sizes, and the products of any of them. */
function productsOf(sizes: readonly Size[], multiply: (a: Value, b: Value) => Value): Size[] {
  let products: Size[] = [];
  for (const size of sizes) {
    const longer = products.map(({ name, values, value }): Size => {
      let product: Value | undefined;
      return {
        name: `${name}*${size.name}`,
        values: values.map((each, i) => each * size.values[i]),
        value: () => product ??= multiply(value(), size.value()),
      };
    });
    products = [...products, size, ...longer];
  }
  const factors = ({ name }: Size) => name.split("*").length;
  return products.toSorted((a, b) => factors(a) - factors(b));
}

function int64(values: readonly number[]): NdArray {
  return ndarray("int64", [values.length], BigInt64Array.from(values, BigInt));
}

/**
 * What arrays of different shape repeat: one value, as zeros do, or one row. `undefined` if they
 * have the same shape or repeat nothing in common.
 */
function repeatedPart(arrays: readonly NdArray[]): NdArray | undefined {
  const [array, ...others] = arrays;
  if (others.every(({ shape }) => `${array.shape}` === `${shape}`)) return undefined;
  if (others.some(({ shape }) => array.shape.length !== shape.length)) return undefined;
  const rowShape = array.shape.slice(1);
  const isRowed = others.every(({ shape }) => `${rowShape}` === `${shape.slice(1)}`);
  for (const shape of isRowed ? [[], rowShape] : [[]]) {
    const size = sizeOf(shape);
    const part = array.data.slice(0, size) as NdArray["data"];
    const isRepeat = ({ data }: NdArray) =>
      data.every((value, i) => Object.is(value, part[i % size]));
    if (size > 0 && arrays.every(isRepeat)) return ndarray(array.dtype, shape, part);
  }
  return undefined;
}

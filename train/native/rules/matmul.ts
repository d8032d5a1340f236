import { sizeOf } from "../../../lib/array/ndarray.ts";
import { broadcastShapes } from "../../../lib/onnx/mod.ts";
import type { Builder } from "../program/builder.ts";
import { broadcast, isNumber } from "../program/views.ts";
import type { View } from "../program/ir.ts";
import { epilogue } from "./elementwise.ts";
import type { CRuleTable } from "./rule.ts";
import { transpose } from "./shape.ts";

/** Rows and columns of a task; of fewer columns where rows need not be put in order for each. */
const [ROWS, COLUMNS, FEW_COLUMNS] = [112, 128, 64];

/** Up to how many rows a task takes all of them, so that columns are put in order once. */
const MOST_ROWS = 256;

/** Products of fewer multiplications are not worth a task. */
const SMALL_PRODUCT = 40_000;

/** Bytes that `multiply()` needs for `rows` rows: KC (rows + 2 VL) floats. */
function productScratch(rows: number): number {
  return 512 * (rows + 32) * 4;
}

function swapped(view: View): View {
  const perm = view.shape.map((_, axis) => axis);
  perm.push(...perm.splice(-2).reverse());
  return transpose(view, perm);
}

/** a b over the last two axes, the axes before them broadcast. */
export function product(b: Builder, left: View, right: View): View {
  const [rows, inner] = left.shape.slice(-2);
  const columns = right.shape.at(-1)!;
  const batch = broadcastShapes([left.shape.slice(0, -2), right.shape.slice(0, -2)]);
  const shape = [...batch, rows, columns];
  if (left.value.dtype !== "float32") return integerProduct(b, left, right, shape);
  const count = sizeOf(batch);
  const [a, c] = [left, right].map((each) => oneBatch(b, each, batch));
  const rowsEach = rows <= MOST_ROWS ? rows : ROWS;
  const columnsEach = a.strides[2] === 1 ? FEW_COLUMNS : COLUMNS;
  const [down, across] = [Math.ceil(rows / rowsEach), Math.ceil(columns / columnsEach)];
  const isSmall = count * rows * columns * inner < SMALL_PRODUCT;
  const tasks = count * down * across;
  const place = (text: string, stride: number) => stride === 0 ? "" : ` + ${text} * ${stride}L`;
  const [result] = b.call({
    label: "product",
    operands: [a, c],
    work: isSmall ? "serial" : { tasks },
    scratch: productScratch(rowsEach),
    body: ({ operands: [x, y], results: [z] }) =>
      `${isSmall ? `for (task = 0; task < ${tasks}; task++) {` : "{"}
  const long n = task / ${
        down * across
      }, m0 = task / ${across} % ${down} * ${rowsEach}, n0 = task % ${across} * ${columnsEach};
  const long rows = ${rows} - m0 < ${rowsEach} ? ${rows} - m0 : ${rowsEach};
  const long columns = ${columns} - n0 < ${columnsEach} ? ${columns} - n0 : ${columnsEach};
  multiply(rows, columns, ${inner},
           ${x}${place("n", a.strides[0])}${place("m0", a.strides[1])}, ${a.strides[1]}, ${
        a.strides[2]
      },
           ${y}${place("n", c.strides[0])}${place("n0", c.strides[2])}, ${c.strides[1]}, ${
        c.strides[2]
      },
           ${z} + (n * ${rows} + m0) * ${columns} + n0, ${columns}, scratch);
}`,
  }, [{ shape }]);
  return result;
}

/** `[batch, rows, columns]`, with a stride for each. */
function oneBatch(b: Builder, view: View, batch: readonly number[]): View {
  const stored = isNumber(view.value) ? b.whole(view) : view;
  const full = broadcast(stored, [...batch, ...view.shape.slice(-2)]);
  const shape = [sizeOf(batch), ...view.shape.slice(-2)];
  const flat = b.reshape(full, shape);
  // An axis of one element has stride 0: what follows each other counts as neighbours.
  return { ...flat, strides: flat.strides.map((stride, i) => shape[i] === 1 ? 1 : stride) };
}

function integerProduct(b: Builder, left: View, right: View, shape: readonly number[]): View {
  const a = b.reshape(left, [...left.shape, 1]);
  const [inner, columns] = right.shape.slice(-2);
  const c = b.reshape(right, [...right.shape.slice(0, -2), 1, inner, columns]);
  const products = b.map(left.value.dtype, [a, c], (a, c) => `${a} * ${c}`, "Multiply");
  return b.reshape(b.reduce(products, [products.shape.length - 2], "sum"), shape);
}

/** Products of matrices. */
export const products: CRuleTable = {
  BatchMatMul: (builder, { a, b }, { transposeA, transposeB }) =>
    product(builder, transposeA ? swapped(a) : a, transposeB ? swapped(b) : b),
  _FusedMatMul: (builder, { a, b, ...others }, attrs) => {
    const { transposeA, transposeB } = attrs;
    const whole = product(builder, transposeA ? swapped(a) : a, transposeB ? swapped(b) : b);
    return epilogue(builder, whole, others, attrs);
  },
};

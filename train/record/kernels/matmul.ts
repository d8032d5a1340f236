import { backend_util, util } from "@tensorflow/tfjs-core";
import { op, type Source } from "../recording/operation.ts";
import { type Recorded, recorded, type RuleTable } from "../recording/recorded.ts";
import { activate, type Epilogue } from "./epilogue.ts";
import { reshape } from "./shape.ts";

/** op(a) op(b) over the last two axes, the axes before them broadcast; op transposes on request. */
function product(
  a: Recorded,
  b: Recorded,
  { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
  epilogue: Epilogue = {},
): Recorded {
  const [inner, otherInner] = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  util.assert(
    a.shape.length > 1 && b.shape.length > 1 && inner === otherInner,
    () => `Cannot multiply [${a.shape}] by [${b.shape}]: the inner sizes must be equal`,
  );
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, rows, columns];
  const { bias } = epilogue;
  const isVectorBias = bias === undefined || util.sizeFromShape([...bias.shape]) === columns;

  // Gemm is for floats only.
  if (util.sizeFromShape(batch) === 1 && isVectorBias && a.dtype === "float32") {
    // Gemm adds the bias while it has the result at hand, and takes either side transposed.
    const flat = op.Gemm(
      matrix(a),
      matrix(b),
      ...(bias === undefined ? [] : [reshape(bias, [columns]).source]),
      { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
    );
    // Activated while flat, so that the next product's reshape undoes this one.
    return reshape(activate(recorded(flat, [rows, columns]), epilogue), shape);
  }
  const dense = op.MatMul(transposed(a, transposeA), transposed(b, transposeB));
  const sum = bias === undefined ? dense : op.Add(dense, bias.source);
  return activate(recorded(sum, shape, a.dtype), epilogue);
}

/** x without leading axes of size 1. */
function matrix(x: Recorded): Source {
  return reshape(x, x.shape.slice(-2)).source;
}

function transposed(x: Recorded, isTransposed: boolean): Source {
  if (!isTransposed) return x.source;
  const perm = x.shape.map((_, axis) => axis);
  perm.push(...perm.splice(-2).reverse());
  return op.Transpose(x.source, { perm });
}

/** Matrix products. */
export const matmul: RuleTable = {
  BatchMatMul: ({ a, b }, attrs) => product(a, b, attrs),
  _FusedMatMul: ({ a, b, ...epilogue }, attrs) => product(a, b, attrs, { ...attrs, ...epilogue }),
};

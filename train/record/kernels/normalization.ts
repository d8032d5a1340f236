import { constant, op, type Source } from "../recording/operation.ts";
import { type Attrs, type Recorded, recorded, type RuleTable } from "../recording/recorded.ts";
import { channelsFirst, restore } from "./layout.ts";

/** (x - mean) / sqrt(variance + epsilon) * scale + offset, for statistics `[channels]` or as large as x. */
function batchNorm(
  { x, mean, variance, scale, offset }: Record<string, Recorded>,
  epsilon: number,
): Source {
  const [, rows, columns, channels] = x.shape;
  const statistics = [mean, variance, scale, offset];
  const isPerChannel = statistics.every((each) =>
    each === undefined || (each.shape.length === 1 && each.shape[0] === channels)
  );
  // Only images gain by an operator that wants the channels first.
  if (isPerChannel && rows * columns > 1 && x.shape[0] * rows > 1) {
    const all = (value: number) => op.Expand(value, [channels]);
    const y = op.BatchNormalization(
      channelsFirst(x, "NHWC"),
      scale?.source ?? all(1),
      offset?.source ?? all(0),
      mean.source,
      variance.source,
      { epsilon },
    );
    return restore(y, "NHWC", 4);
  }
  const deviation = op.Sqrt(op.Add(variance.source, epsilon));
  const factor = scale ? op.Div(scale.source, deviation) : op.Reciprocal(deviation);
  const scaled = op.Mul(op.Sub(x.source, mean.source), factor);
  return offset ? op.Add(scaled, offset.source) : scaled;
}

/** sum of x over the channels up to `depthRadius` away: a product with a band of ones. */
function channelWindow(x: Source, channels: number, depthRadius: number): Source {
  const band = Array.from({ length: channels ** 2 }, (_, i) => {
    const distance = Math.abs(i % channels - Math.floor(i / channels));
    return distance <= depthRadius ? 1 : 0;
  });
  return op.MatMul(x, constant("float32", [channels, channels], band));
}

/** bias + alpha * sum of x^2 over neighbouring channels. */
function localNorm(x: Recorded, { depthRadius, bias, alpha }: Attrs): Source {
  const squares = op.Mul(x.source, x.source);
  return op.Add(op.Mul(channelWindow(squares, x.shape.at(-1)!, depthRadius), alpha), bias);
}

/** Normalization. */
export const normalizations: RuleTable = {
  FusedBatchNorm: (inputs, { varianceEpsilon = 0.001 }) =>
    recorded(batchNorm(inputs, varianceEpsilon), inputs.x.shape, inputs.x.dtype),
  // x / (bias + alpha * sum over neighbouring channels of x^2)^beta; ONNX divides alpha by the size
  // of the neighbourhood.
  LRN: ({ x }, { depthRadius, bias, alpha, beta }) => {
    const size = 2 * Math.floor(depthRadius) + 1;
    const y = op.LRN(channelsFirst(x, "NHWC"), { size, bias, beta, alpha: alpha * size });
    return recorded(restore(y, "NHWC", 4), x.shape);
  },
  // dy n^-beta - 2 alpha beta x * sum over neighbouring channels of (dy y / n), n = bias + alpha ...
  LRNGrad: ({ x, y, dy }, attrs) => {
    const { alpha, beta, depthRadius } = attrs;
    const norm = localNorm(x, attrs);
    const own = op.Mul(dy.source, op.Pow(norm, -beta));
    const shares = op.Div(op.Mul(dy.source, y.source), norm);
    const others = channelWindow(shares, x.shape.at(-1)!, depthRadius);
    const dx = op.Sub(own, op.Mul(op.Mul(x.source, 2 * alpha * beta), others));
    return recorded(dx, x.shape);
  },
};

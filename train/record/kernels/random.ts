import { onnxDataType } from "../../../lib/onnx/mod.ts";
import { op, recordOperation, type Source } from "../recording/operation.ts";
import { recorded, type RuleTable } from "../recording/recorded.ts";
import { drawSeed } from "../random/stock_random.ts";

/** How often a truncated normal number is drawn again: 0.0455^7 is one in 2 10^9. */
const REDRAWS = 6;

/** Zeros to draw like; their shape is an operand, which may follow a free batch size. */
function zeros(shape: readonly number[]): Source {
  return op.ConstantOfShape([...shape]);
}

const dtype = onnxDataType("float32");

/** Kernels that draw random numbers from a seed. */
export const randoms: RuleTable = {
  // `numSamples` draws of a class a row, from log-probabilities up to a constant
  Multinomial: ({ logits }, { numSamples, seed, normalized }) => {
    const logProbabilities = normalized ? op.Log(logits.source) : logits.source;
    const source = op.Multinomial(logProbabilities, {
      dtype: onnxDataType("int32"),
      sample_size: numSamples,
      seed: drawSeed(seed),
    });
    return recorded(source, [logits.shape[0], numSamples], "int32");
  },

  // These three are ours: TensorFlow.js draws such numbers on the host.
  randomUniform: (_inputs, { shape, seed, low, high }) =>
    recorded(op.RandomUniformLike(zeros(shape), { dtype, seed, low, high }), shape),
  randomNormal: (_inputs, { shape, seed, mean, stddev }) =>
    recorded(op.RandomNormalLike(zeros(shape), { dtype, seed, mean, scale: stddev }), shape),
  // Numbers beyond two standard deviations are drawn again. All are from one stream: those of
  // neighbouring seeds are not independent.
  truncatedNormal: (_inputs, { shape, seed, mean, stddev }) => {
    const count = 1 + REDRAWS;
    const numbers = op.RandomNormalLike(zeros([count, ...shape]), {
      dtype,
      seed,
      mean: 0,
      scale: 1,
    });
    const draws = recordOperation("Split", [numbers, Array(count).fill(1)], { axis: 0 }, count);
    const chosen = draws.reduceRight((later, value) =>
      op.Where(op.Less(op.Abs(value), 2), value, later)
    );
    const truncated = op.Squeeze(op.Clip(chosen, -2, 2), [0]);
    return recorded(op.Add(op.Mul(truncated, stddev), mean), shape);
  },
};

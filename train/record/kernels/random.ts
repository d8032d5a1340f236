import { onnxDataType } from "../../../lib/onnx/mod.ts";
import { op } from "../recorder.ts";
import { type RuleTable, traced } from "../rule.ts";
import { drawSeed } from "../stock_random.ts";

/** Kernels that draw, from the seed they are given. */
export const randoms: RuleTable = {
  // `numSamples` draws of a class a row, from log-probabilities up to a constant
  Multinomial: ({ logits }, { numSamples, seed, normalized }) => {
    const logProbabilities = normalized ? op.Log(logits.source) : logits.source;
    const source = op.Multinomial(logProbabilities, {
      dtype: onnxDataType("int32"),
      sample_size: numSamples,
      seed: drawSeed(seed),
    });
    return traced(source, [logits.shape[0], numSamples], "int32");
  },
};

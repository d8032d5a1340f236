import { rewrite } from "./rewrite.ts";
import type { Source } from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";

/**
 * Tells from the result of a relu where x is positive, not from x: `step(x) = step(relu(x))`. A layer's
 * gradient reads the result anyway, and x need not be kept until then.
 */
export function keepRelu(recording: Recording): Recording {
  const results = new Map<string, Source>();
  return rewrite(recording, (operation, operands, recorder) => {
    const { opType, attributes } = operation;
    const x = operands[0] && recorder.describe(operands[0]);
    if (opType === "Relu") {
      const [result] = recorder.recordAgain(operation, operands);
      results.set(x!, result);
      return [result];
    }
    // min(max(alpha x, 0), 1), as the rule of Step has it, is 0 wherever relu(x) is.
    const isStep = opType === "HardSigmoid" && attributes.beta === 0 &&
      Number(attributes.alpha) > 0;
    const result = isStep ? results.get(x!) : undefined;
    return result && recorder.recordAgain(operation, [result]);
  });
}

import { EXPORT_TOLERANCE } from "../export/export_function.ts";
import type { EpochLog } from "../core/callbacks.ts";

/** Steps below which networks have hardly learned anything. */
const FEW_STEPS = 200;

/**
 * What speaks against a training, whatever the system, a sentence each.
 *
 * @param history Of all phases; only a column `loss` counts, which training is to lower.
 * @param options `steps` of all phases; `remedies`: the names of the system's options, of which those
 * that can help are named.
 */
export function trainingWarnings(
  history: readonly EpochLog[],
  { steps, remedies }: { steps: number; remedies: readonly string[] },
): string[] {
  const warnings: string[] = [];
  if (steps < FEW_STEPS) {
    const { epoch } = history.at(-1) ?? { epoch: 0 };
    const enough = remedies.includes("effort")
      ? "a larger --effort"
      : `--epochs ${Math.ceil(FEW_STEPS * 5 * epoch / Math.max(1, steps))} or more`;
    warnings.push(
      `training took ${steps} ${steps === 1 ? "step" : "steps"}, which is few: ` +
        `try ${enough}, or a smaller --batch-size`,
    );
  }
  for (const phase of new Set(history.map((log) => log.phase))) {
    const losses = history.filter((log) => log.phase === phase).map(({ loss }) => Number(loss));
    const [first, last] = [losses[0], losses.at(-1)!];
    // Between them a loss may rise, as with a rising beta; in the end it is to be lower.
    if (losses.length < 2 || !(last > first + GROWTH * Math.abs(first))) continue;
    warnings.push(
      `the loss grew from ${first.toPrecision(4)} to ${last.toPrecision(4)} in phase ${phase}: ` +
        `training diverges, try ${
          remedies.includes("learningRate") ? "a smaller --learning-rate" : "another --seed"
        }`,
    );
  }
  return warnings;
}

/** A loss that ends higher than it began by this share of it has grown. */
const GROWTH = 0.1;

/** What is said of a model whose difference from TensorFlow.js rounding does not explain. */
export function differsWarning(file: string, difference: number): string {
  return `${file} differs from TensorFlow.js by ${
    difference.toPrecision(2)
  } of its greatest output, rounding explains ${EXPORT_TOLERANCE}; try another --seed`;
}

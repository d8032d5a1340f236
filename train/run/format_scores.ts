import { formatNumber } from "../../lib/command/progress.ts";
import { platform } from "../../lib/platform/platform.ts";
import { RUN_FILES } from "../../lib/run/run_folder.ts";
import type { RunMetrics } from "../../lib/run/metrics_file.ts";
import type { Outcome } from "../systems/system.ts";

/** The words of a column of the history: `valKlLoss` is `val KL`. */
export function wordsOf(column: string): string {
  const words = column.replace(/(?<=.)Loss$/, "").replace(/[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();
  return words.replace(/\bkl\b/, "KL");
}

/** The scores of a run as lines for the terminal. */
export function formatScores(
  { scored, classification, reconstruction, ...others }: RunMetrics,
): string[] {
  const how = scored?.crossValidated === undefined ? "" : `: ${scored.crossValidated}`;
  const lines = scored === undefined ? [] : [`scores on ${scored.count} ${scored.split}${how}`];
  if (others.selection !== undefined) lines.unshift(`mixture: ${others.selection.chosen}`);
  if (classification !== undefined) {
    const { accuracy, macro, micro, meanF1, labelSamples, baselines } = classification;
    lines.push(
      `accuracy ${formatNumber(accuracy)}  macro F1 ${formatNumber(macro.f1)}  micro F1 ${
        formatNumber(micro.f1)
      }  (macro+micro)/2 ${formatNumber(meanF1)}`,
    );
    if (baselines !== undefined && baselines.length > 0) {
      const scores = baselines.map(({ name, meanF1 }) => `${name} ${formatNumber(meanF1)}`);
      lines.push(`the same labels on raw pixels: (macro+micro)/2 ${scores.join("  ")}`);
    }
    if (labelSamples !== undefined) {
      const { count, mean, standardDeviation, worst } = labelSamples;
      lines.push(
        `over ${count} other samples of labels (macro+micro)/2 mean ${formatNumber(mean)}  sd ${
          formatNumber(standardDeviation)
        }  worst ${formatNumber(worst)}`,
      );
    }
  }
  if (reconstruction !== undefined) {
    const { meanSquaredError, structuralSimilarity: similarity } = reconstruction;
    const ssim = similarity === null ? "none" : formatNumber(similarity);
    lines.push(`MSE ${formatNumber(meanSquaredError)}  SSIM ${ssim}`);
  }
  for (const [name, value] of Object.entries(others)) {
    if (typeof value !== "number") continue;
    lines.push(`${wordsOf(name)} ${Number.isInteger(value) ? value : formatNumber(value)}`);
  }
  return lines;
}

/** What to open and to run next: lines for the terminal. */
export function formatNext(
  out: string,
  { models, latents, latentDim, condition }: Pick<
    Outcome,
    "models" | "latents" | "latentDim" | "condition"
  >,
): string[] {
  const classifies = "classifier.onnx" in models;
  // It is no command of the npm package.
  const explore = latents && classifies && platform.runtime[0] === "deno"
    ? `, or: deno task explore --run ${out}`
    : "";
  const next = classifies
    ? "deno task classify IMAGES"
    : RUN_FILES.unlabelled in models
    ? "deno task label"
    : condition === "part"
    ? "deno task generate --complete IMAGES"
    : latentDim === undefined
    ? "deno task reconstruct IMAGES"
    : "deno task generate";
  return [`open ${out}/report.html${explore}`, `next: ${next} --run ${out}`];
}

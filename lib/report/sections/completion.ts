import { slice } from "../../array/rows.ts";
import { formatNumber } from "../../command/progress.ts";
import { imageRows } from "../../plot/image_rows.ts";
import { count } from "../parts/numbers.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";

/** How many images a row shows. */
const COLUMNS = 10;

/** Completions of images of which a part is given. */
export function completion({ examples: { completions }, metrics }: ReportRun): Section | undefined {
  if (completions === undefined) return undefined;
  const [total] = completions.shape;
  const rows = Array.from(
    { length: total / COLUMNS },
    (_, row) => slice(completions, row * COLUMNS, (row + 1) * COLUMNS),
  );
  const { negativeLogLikelihood, baselineNegativeLogLikelihood, ...importance } = metrics;
  return {
    title: "Completion",
    body: [
      `Negative log-likelihood of the pixels that are not given: ${
        formatNumber(Number(negativeLogLikelihood))
      } nats (${importance.importanceSamples} importance samples of each of ${
        count(Number(importance.importanceImages))
      } images), of the network without ` +
      `latent variables ${formatNumber(Number(baselineNegativeLogLikelihood))} nats.`,
      {
        name: "completions",
        alt: `${COLUMNS} images and what completes them`,
        caption: "From above: what is given; the answer of the network without latent variables, " +
          `which is one and blurred; ${rows.length - 3} completions, each from another sample of ` +
          "the latent variables; the whole image.",
        plot: () => imageRows(rows),
      },
    ],
  };
}

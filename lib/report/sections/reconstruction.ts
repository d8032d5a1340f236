import { slice } from "../../array/rows.ts";
import type { Images } from "../../data/dataset.ts";
import { formatNumber } from "../../command/progress.ts";
import { imageRows } from "../../plot/image_rows.ts";
import { EXAMPLE_ROLES, type ExampleSet, SAMPLED_VARIANCES } from "../../run/examples.ts";
import { count } from "../parts/numbers.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Figure, Section } from "../parts/section.ts";

/** What a caption says of the images of a role. */
const ROLE_NAMES = { train: "training images", labelled: "labelled images", test: "test images" };

/** Images beside their reconstructions. */
export function reconstruction({ metrics, examples }: ReportRun): Section | undefined {
  const figures = EXAMPLE_ROLES.flatMap((role) => {
    const { [role]: shown } = examples;
    return shown?.reconstructed
      ? [reconstructionFigure({ ...shown, reconstructed: shown.reconstructed }, role)]
      : [];
  });
  // Of one role: the labelled images show nothing else.
  const sampled = EXAMPLE_ROLES.map((role) => examples[role]).findLast((shown) => shown?.sampled);
  if (sampled) figures.push(sampledFigure(sampled));
  const text = scoresText(metrics);
  if (figures.length === 0 && text === undefined) return undefined;
  return {
    title: "Reconstruction",
    layout: figures.length > 2 ? "three" : figures.length > 1 ? "two" : "one",
    body: [...text === undefined ? [] : [text], ...figures],
  };
}

function scoresText(
  { scored, reconstruction, noisyMeanSquaredError }: ReportRun["metrics"],
): string | undefined {
  if (reconstruction === undefined) return undefined;
  const { meanSquaredError, structuralSimilarity } = reconstruction;
  const similarity = structuralSimilarity === null
    ? "none, as the images are smaller than its window of 7x7"
    : `${formatNumber(structuralSimilarity)} (7x7 uniform window)`;
  return (scored === undefined ? "M" : `Over ${count(scored.count)} ${scored.split}: m`) +
    `ean squared error ${formatNumber(meanSquaredError)} (1 − MSE ` +
    `${
      (1 - meanSquaredError).toFixed(4)
    }), structural similarity ${similarity}; pixels in [0, 1].` +
    (typeof noisyMeanSquaredError === "number"
      ? ` The images that the encoder saw had noise: their mean squared error is ${
        formatNumber(noisyMeanSquaredError)
      }.`
      : "");
}

function reconstructionFigure(
  { images, corrupted, reconstructed }: ExampleSet & { reconstructed: Images },
  role: keyof typeof ROLE_NAMES,
): Figure {
  return {
    name: `reconstructions_${role}`,
    alt: `${images.shape[0]} images above their reconstructions`,
    caption: corrupted
      ? `Above: ${
        ROLE_NAMES[role]
      }. Middle: the same with noise. Below: reconstructions of those ` +
        "with noise."
      : `Above: ${ROLE_NAMES[role]}. Below: their reconstructions.`,
    plot: () => imageRows([images, ...corrupted ? [corrupted] : [], reconstructed]),
  };
}

/** One image again and again: how much the encoder leaves open. */
function sampledFigure({ images, sampled }: ExampleSet): Figure {
  const [count] = images.shape;
  const rows = Array.from(
    { length: sampled!.shape[0] / count },
    (_, row) => slice(sampled!, row * count, (row + 1) * count),
  );
  const [, many] = SAMPLED_VARIANCES;
  const each = rows.length / SAMPLED_VARIANCES.length;
  return {
    name: "posterior_samples",
    alt: `${count} images above ${rows.length} samples of each`,
    caption: `Above: images. Below each: ${each} samples of its latent variables, decoded, with ` +
      `the variance that the encoder gives, then with ${many} times it.`,
    plot: () => imageRows([images, ...rows]),
  };
}

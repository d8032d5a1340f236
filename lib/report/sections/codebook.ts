import type { NdArray } from "../../array/ndarray.ts";
import { principalComponents, project } from "../../embedding/pca.ts";
import { formatNumber } from "../../command/progress.ts";
import { codeUsage } from "../../plot/code_usage.ts";
import { latentScatter } from "../../plot/latent_scatter.ts";
import type { PlotSpec } from "../../plot/theme.ts";
import { squareDomain } from "../../plot/points_picture.ts";
import { count } from "../parts/numbers.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";

/** How often each code of a codebook is used, and where the codes lie among the encoder's vectors. */
export function codebook(
  { examples: { codes, codebook }, metrics }: ReportRun,
): Section | undefined {
  if (codes === undefined) return undefined;
  const total = codes.reduce((sum, uses) => sum + uses, 0);
  const used = codes.filter((uses) => uses > 0).length;
  const entropy = codes.reduce((sum, uses) => {
    const share = uses / total;
    return uses === 0 ? sum : sum - share * Math.log(share);
  }, 0);
  const { greatestVectorValue, greatestCodeValue } = metrics;
  const range = greatestVectorValue === undefined
    ? ""
    : ` The greatest value of the encoder's vectors is ${
      formatNumber(Number(greatestVectorValue))
    }, that of the codes ${formatNumber(Number(greatestCodeValue))}.`;
  return {
    title: "Codebook",
    layout: codebook ? "two" : "one",
    body: [
      `${count(used)} of ${count(codes.length)} codes are used. Perplexity ` +
      `${Math.exp(entropy).toFixed(1)}: as many codes of equal use would be as varied.${range}`,
      {
        name: "codebook",
        alt: `Bars of the use of ${codes.length} codes`,
        caption: "The share of each code, most used first.",
        plot: () => codeUsage([...codes].sort((a, b) => b - a).map((uses) => uses / total)),
      },
      ...codebook && codebook.codes.shape[1] > 1
        ? [{
          name: "codebook_plane",
          alt: "Codes among vectors of the encoder on a plane",
          caption: `${count(codebook.vectors.shape[0])} vectors of the encoder along their first ` +
            "two principal components; diamonds are the codes.",
          plot: () => codebookPlane(codebook),
        }]
        : [],
    ],
  };
}

function codebookPlane(
  { codes, vectors }: { codes: NdArray<"float32">; vectors: NdArray<"float32"> },
): PlotSpec {
  const { projected, explained, ...axes } = principalComponents(vectors);
  const found = project(codes, axes);
  const titles = explained.map((share, i) =>
    `principal component ${i + 1} (${(100 * share).toFixed(0)} % of the variance)`
  );
  return latentScatter({
    points: projected,
    classes: new Int32Array(vectors.shape[0]),
    classNames: ["vectors", "codes"],
    labelled: { points: found, classes: new Int32Array(codes.shape[0]).fill(1) },
  }, {
    domain: squareDomain([projected, found]),
    axes: [titles[0], titles[1]],
    width: 270,
    height: 270,
  });
}

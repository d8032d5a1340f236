import { codeUsage } from "../../plot/code_usage.ts";
import { count } from "../parts/numbers.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";

/** How often each code of a codebook is used. */
export function codebook({ examples: { codes } }: ReportRun): Section | undefined {
  if (codes === undefined) return undefined;
  const total = codes.reduce((sum, uses) => sum + uses, 0);
  const used = codes.filter((uses) => uses > 0).length;
  const entropy = codes.reduce((sum, uses) => {
    const share = uses / total;
    return uses === 0 ? sum : sum - share * Math.log(share);
  }, 0);
  return {
    title: "Codebook",
    body: [
      `${count(used)} of ${count(codes.length)} codes are used. Perplexity ` +
      `${Math.exp(entropy).toFixed(1)}: as many codes of equal use would be as varied.`,
      {
        name: "codebook",
        alt: `Bars of the use of ${codes.length} codes`,
        caption: "The share of each code, most used first.",
        plot: () => codeUsage([...codes].sort((a, b) => b - a).map((uses) => uses / total)),
      },
    ],
  };
}

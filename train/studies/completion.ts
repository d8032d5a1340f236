import { readMetrics } from "../../lib/run/metrics_file.ts";
import { type Study, sweep } from "./study.ts";

/** The study `completion`. */
export const completion: Study = {
  description:
    "Trains a conditional VAE that is given one, two and three quadrants (Sohn et al., 2015): the likelihood of the others beside a network without latent variables",
  system: "cvae",
  option: "given",
  trials: sweep("given", [1, 2, 3]),
  defaults: { condition: "part" },
  async measure(run) {
    const metrics = await readMetrics(run);
    return {
      "negative log-likelihood": Number(metrics.negativeLogLikelihood),
      "without latent variables": Number(metrics.baselineNegativeLogLikelihood),
    };
  },
};

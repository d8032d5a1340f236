import { axisMoments } from "../../lib/array/stats.ts";
import { readHistory } from "../../lib/run/history_file.ts";
import { readLatents } from "../../lib/run/latents_file.ts";
import { readMetrics } from "../../lib/run/metrics_file.ts";
import { type Study, sweep } from "./study.ts";

/**
 * A latent variable is active if its mean varies by more than this over the images (Burda et al.,
 * "Importance Weighted Autoencoders", 2015, section 5.2).
 */
const ACTIVE_VARIANCE = 0.01;

/** The study `beta`. */
export const beta: Study = {
  description:
    "Trains a VAE at several weights of the KL divergence (beta-VAE, Higgins et al., 2017): reconstruction error, and the number of latent variables in use",
  system: "vae",
  option: "beta",
  trials: sweep("beta", [1, 4, 16, 100]),
  // Neither other prior nor augmentation hides what beta does.
  defaults: { latentDim: 10, consistency: 0, clusterEpochs: 0 },
  async measure(run) {
    const { values } = (await readHistory(run)).at(-1)!;
    const moments = axisMoments((await readLatents(run)).z);
    const { reconstruction } = await readMetrics(run);
    return {
      "KL divergence": values.get("klLoss")!,
      "reconstruction loss": values.get("reconstructionLoss")!,
      "mean squared error": reconstruction!.meanSquaredError,
      "active dimensions":
        moments.filter(({ deviation }) => deviation ** 2 > ACTIVE_VARIANCE).length,
    };
  },
};

import { readHistory } from "../../lib/run/history_file.ts";
import { readMetrics } from "../../lib/run/metrics_file.ts";
import { type Study, sweep } from "./study.ts";

/** The study `commitment`. */
export const commitment: Study = {
  description:
    "Trains a VQ-VAE at several weights of the commitment loss: how far the encoder's vectors are from their codes, and how many codes are used",
  system: "vq-vae",
  option: "commitment",
  trials: sweep("commitment", [0, 0.1, 0.25, 1]),
  defaults: {},
  async measure(run) {
    const { values } = (await readHistory(run)).at(-1)!;
    const metrics = await readMetrics(run);
    return {
      "mean squared error": metrics.reconstruction!.meanSquaredError,
      "distance to the codes": values.get("commitmentLoss")!,
      "greatest value of a vector": Number(metrics.greatestVectorValue),
      "perplexity": Number(metrics.codePerplexity),
    };
  },
};

import { cvae } from "../../train/systems/cvae.ts";
import { LABEL_TEMPERATURE } from "../../lib/latent/sample_conditional.ts";
import { labelAgreement } from "./independent_classifier.ts";
import { defineRow, type Row } from "./row.ts";

function completion(given: number, [target, baseline]: readonly [string, string]): Row {
  return defineRow("cvae", cvae, {
    title: `cvae, ${given} of 4 quadrants given`,
    data: "mnist",
    options: { condition: "part", given },
    figures: [
      { name: "negative log-likelihood, 100 importance samples", target },
      { name: "the same without latent variables", target: baseline },
    ],
    measure: ({ metrics }) => [
      Number(metrics.negativeLogLikelihood),
      Number(metrics.baselineNegativeLogLikelihood),
    ],
    peer: true,
  });
}

/** Rows of the system `cvae`. */
export const CVAE_ROWS: Readonly<Record<string, Row>> = {
  "cvae": defineRow("cvae", cvae, {
    title: "cvae of labels",
    data: "mnist",
    options: {},
    figures: [{
      name:
        `share of samples, at temperature ${LABEL_TEMPERATURE}, whose label an independent classifier predicts`,
      target: ">= 0.99",
    }],
    measure: async (trained) => [await labelAgreement(trained)],
  }),
  "completion-1": completion(1, ["<= 71.8", "<= 100.4"]),
  "completion-2": completion(2, ["<= 51.0", "<= 61.9"]),
  "completion-3": completion(3, ["<= 24.2", "<= 25.4"]),
};

import type { NdArray } from "../../lib/array/ndarray.ts";
import type { EpochLog } from "../core/callbacks.ts";

/** Latent means farther from 0 than this grow without bound: the prior's are within 3, its clusters' within 30. */
const FAR = 100;

/**
 * What speaks against a latent space, a sentence each.
 *
 * The mean KL divergence bounds the information in nats that latent variables hold of which image it is
 * (Hoffman and Johnson, "ELBO surgery", 2016), and it takes ln K to tell K classes apart.
 *
 * @param last The log of the last epoch, if one was finished.
 * @param z The latent means of the training images, `[count, latentDim]`.
 */
export function latentWarnings(
  last: EpochLog | undefined,
  z: NdArray<"float32">,
  { classes }: { classes: number },
): string[] {
  const klLoss = Number(last?.klLoss ?? Infinity);
  const needed = Math.log(classes);
  const farthest = z.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return [
    ...klLoss < needed
      ? [
        `the latent space collapsed: the KL divergence is ${klLoss.toFixed(2)} nats, ` +
        `to tell ${classes} classes apart takes at least ${
          needed.toFixed(2)
        }; try more --epochs, ` +
        "a smaller --beta or a smaller --consistency",
      ]
      : [],
    ...farthest > FAR
      ? [
        `latent means grow: one is ${
          farthest.toPrecision(3)
        } away from 0, where the prior has its ` +
        "images within 3; try a smaller --learning-rate or a larger --beta",
      ]
      : [],
  ];
}

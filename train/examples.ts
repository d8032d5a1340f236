import type { Command } from "../lib/command/command.ts";
import type { SystemName } from "./systems/mod.ts";

/** Command lines of each system, for `--help`. */
export const EXAMPLES: Readonly<Record<SystemName, Command["examples"]>> = {
  vae: [
    { does: "MNIST digits 1, 4 and 8, five labels each", line: "deno task train" },
    {
      does: "The same, longer, for sharper reconstructions in a plane",
      line: "deno task train --preset assignment",
    },
    {
      does: "Your own images, labels.npz holding the few labelled ones (--model few-labels)",
      line: "deno task train --train images.npz --val labels.npz --out runs/mine",
    },
    {
      does: "A folder of images with a sub-folder per class, ten latent variables",
      line: "deno task train --model vae --train photos/ --size 32 --grey --latent-dim 10",
    },
  ],
  "few-labels": [
    {
      does: "Your own images, labels.npz holding the few labelled ones",
      line: "deno task train --train images.npz --val labels.npz --out runs/mine",
    },
    {
      does: "Five images per class of a folder with a sub-folder per class",
      line: "deno task train --train photos/ --size 32",
    },
  ],
  autoencoder: [
    { does: "Digits on a plane", line: "deno task train --model autoencoder" },
    {
      does: "Take noise away",
      line: "deno task train --model autoencoder --network conv --corruption 0.5",
    },
  ],
  cvae: [
    { does: "Digits by their label", line: "deno task train --model cvae" },
    {
      does: "Complete digits of which the lower left quadrant is given",
      line: "deno task train --model cvae --condition part --given 1",
    },
  ],
  "vq-vae": [{ does: "64 codes for MNIST", line: "deno task train --model vq-vae --codes 64" }],
  dcgan: [{ does: "Generate digits", line: "deno task train --model dcgan --epochs 20" }],
  classifier: [
    {
      does: "A folder of images with a sub-folder per class",
      line: "deno task train --model classifier --train photos/ --size 32",
    },
    {
      does: "Dense layers on the features of a run",
      line: "deno task train --model classifier --train photos/ --encoder runs/mine",
    },
  ],
};

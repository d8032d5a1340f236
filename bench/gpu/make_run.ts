import { writeRun } from "../../lib/run/run_folder.ts";
import type { Images } from "../../lib/data/mod.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { trainSystem } from "../../train/run/train_system.ts";
import { runContents } from "../../train/run/write_trained.ts";
import { vae } from "../../train/systems/vae.ts";

const SIDE = 28;
const CLASSES = 3;
const COUNT = 240;

/**
 * Trains the default VAE for two epochs on discs of three sizes, and writes encoder, decoder and
 * classifier as a run: real weights and a real mixture, from no data set.
 */
export async function makeRun(dir: string): Promise<void> {
  const labelled = Array.from({ length: 5 * CLASSES }, (_, i) => i % CLASSES);
  const data = {
    train: discs(Array.from({ length: COUNT }, (_, i) => i % CLASSES), 0),
    validation: undefined,
    labelled: { images: discs(labelled, 1), labels: Int32Array.from(labelled) },
    test: undefined,
    labelSamples: [],
  };
  const options = { epochs: 2, clusterEpochs: 0, consistency: 0 };
  const trained = await trainSystem(vae, data, { options });
  const prepared = { data, scale: 255, classNames: undefined, warnings: [] } as const;
  await writeRun(
    dir,
    runContents(trained, { system: "vae", prepared, seed: 0, options, command: [] }),
  );
}

/** Soft discs at random places, the larger the greater their label. */
function discs(labels: readonly number[], seed: number): Images {
  const random = new Random(seed, "discs");
  const pixels = new Uint8Array(labels.length * SIDE * SIDE);
  labels.forEach((label, image) => {
    const radius = 3 + 3 * label;
    const [x, y] = [10 + 8 * random.uniform(), 10 + 8 * random.uniform()];
    for (let i = 0; i < SIDE * SIDE; i++) {
      const distance = Math.hypot(i % SIDE - x, Math.floor(i / SIDE) - y);
      pixels[image * SIDE * SIDE + i] = Math.round(255 / (1 + Math.exp(distance - radius)));
    }
  });
  return ndarray("uint8", [labels.length, SIDE, SIDE, 1], pixels);
}

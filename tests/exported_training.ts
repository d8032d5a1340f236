import { loadImages, readNpz } from "../lib/data/mod.ts";
import { type NdArray } from "../lib/array/ndarray.ts";
import { take } from "../lib/array/rows.ts";
import { trainSystem } from "../train/run/train_system.ts";
import { writeTraining } from "../train/run/write_training.ts";
import { vae } from "../train/systems/vae.ts";

/** The steps of an exported training that are compared. */
export const STEPS = 50;

/** A training that was exported, and the losses that it had here. */
export interface ExportedTraining {
  /** Its file, and what its steps take. */
  readonly path: string;
  readonly inputs: Readonly<Record<string, NdArray>>;
  readonly losses: readonly number[];
}

/** Exports the training of the default VAE to a folder, and trains it for 50 steps in ONNX Runtime. */
export async function exportDefaultVae(dir: string): Promise<ExportedTraining> {
  const batchSize = 128;
  const { images, labels } = await loadImages("mnist", { classes: [1, 4, 8] });
  const spread = (count: number) =>
    Uint32Array.from({ length: count }, (_, i) => Math.floor(i * images.shape[0] / count));
  const train = take(images, spread(STEPS * batchSize));
  const rows = spread(60);
  const labelled = {
    images: take(images, rows),
    labels: Int32Array.from(rows, (row) => labels![row]),
  };
  const losses: number[] = [];
  const trained = new Error("The training is over, what follows is of no interest");
  const running = trainSystem(vae, {
    train,
    validation: undefined,
    labelled,
    test: undefined,
    labelSamples: [],
  }, {
    options: { epochs: 1, clusterEpochs: 0 },
    batchSize,
    engine: "onnx",
    session: { threads: 1 },
    onPhase: writeTraining(dir, 0),
    onProgress: (progress) => losses.push(...progress.losses.loss),
    onEpochEnd: () => {
      throw trained;
    },
  });
  await running.catch((error) => {
    if (error !== trained) throw error;
  });
  const path = `${dir}/elbo.onnx`;
  return { path, inputs: await readNpz(`${dir}/elbo.npz`), losses };
}

// Arrays that code has made to a run folder: trainSystem() trains, writeRun() keeps.
import { classify, ndarray, openRun, SYSTEMS, trainSystem, writeRun } from "@glimpse/glimpse";

// Images of 4x4, bright on the left (label 7) or on the right (label 9).
const images = (count: number) =>
  ndarray(
    "uint8",
    [count, 4, 4, 1],
    Uint8Array.from({ length: count * 16 }, (_, p) => {
      const [image, column] = [Math.floor(p / 16), p % 4];
      return (column < 2) === (image % 2 === 0) ? 220 + (image * p) % 36 : (image * p) % 36;
    }),
  );
const data = {
  train: images(400),
  validation: undefined,
  labelled: { images: images(2), labels: Int32Array.of(7, 9) },
  test: undefined,
  labelSamples: [],
};
const options = { hidden: [32], epochs: 15, clusterEpochs: 0, learningRate: 5e-3 };
const trained = await trainSystem(SYSTEMS.vae, data, { options, batchSize: 40 });

const [out = "runs/arrays"] = Deno.args;
await writeRun(out, trained, { system: "vae", data, options, force: true });
const found = await Array.fromAsync(classify(await openRun(out), images(6)));
console.log(`labels ${found.map(({ label }) => label).join(" ")}`);

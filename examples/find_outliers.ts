// Images that are unlike those that a run was trained on, at a rate of false alarms.
import { classify, ndarray, openRun, Random } from "@glimpse/glimpse";

const [dir, photos] = Deno.args;
const run = await openRun(dir);
const count = async (images: Parameters<typeof classify>[1]) => {
  const found = await Array.fromAsync(classify(run, images, { outliers: 0.05 }));
  return `${found.filter(({ isOutlier }) => isOutlier).length} of ${found.length}`;
};
const random = new Random(0, "noise");
const shape = [20, ...run.manifest.imageShape];
const noise = Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.integer(256));
console.log(
  `outliers: ${await count(photos)} photos, ${await count(
    ndarray("uint8", shape, noise),
  )} of noise`,
);

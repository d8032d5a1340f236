// A folder of images, in a folder for each class, to a run folder, and the run on other images.
import { classify, openRun, trainRun } from "@glimpse/glimpse";

const [photos = "photos", out = "runs/photos"] = Deno.args;
const { dir, trained } = await trainRun({ train: photos, out, model: "vae", epochs: 30 }, {
  onEpochEnd: ({ epoch, loss }) => console.error(`epoch ${epoch} loss ${loss}`),
});
console.log(`${trained.history.length} epochs, written to ${dir}`);

const run = await openRun(dir);
for await (const { file, name, probabilities } of classify(run, photos)) {
  console.log(`${file}: ${name} ${Math.max(...probabilities).toFixed(2)}`);
}

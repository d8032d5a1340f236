// A classifier of a run's latent space by three labels a class: encode, fit, build one ONNX file.
import {
  buildClassifier,
  createSession,
  decodeModel,
  encodeImages,
  fitLatentClassifier,
  labelImages,
  loadImages,
  openRun,
  sampleLabelled,
} from "@glimpse/glimpse";

const [dir, photos] = Deno.args;
const run = await openRun(dir);
const bytes = await run.read("encoder.onnx");
const [height, width] = run.manifest.imageShape;
const { images, labels } = await loadImages(photos, { size: { height, width } });
const { labelled, rest } = sampleLabelled(labelImages(images, labels!), { perClass: 3, seed: 0 });

const encoder = await createSession(bytes);
const few = { latents: await encodeImages(encoder, labelled.images), labels: labelled.labels };
const classifier = fitLatentClassifier(await encodeImages(encoder, rest.images), few);
await encoder.release();

const built = buildClassifier(decodeModel(bytes), classifier, { input: "uint8" });
const session = await createSession(built);
const { label } = await session.run({ images }, ["label"]);
await session.release();
const right = Array.from(label.data, Number).filter((value, i) => value === labels![i]).length;
console.log(`${right} of ${labels!.length} right by ${few.labels.length} labels`);

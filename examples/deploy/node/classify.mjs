// Image files classified by Node.js: onnxruntime-node and sharp, no Glimpse.
//
//   node classify.mjs runs/mine photo.png …
import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-node";
import sharp from "sharp";

const [run, ...files] = process.argv.slice(2);
const { classNames = [] } = JSON.parse(await readFile(`${run}/manifest.json`, "utf8"));
const session = await ort.InferenceSession.create(`${run}/classifier_uint8.onnx`, {
  intraOpNumThreads: 1,
});
const [{ shape: [, height, width, channels] }] = session.inputMetadata;

for (const file of files) {
  const image = sharp(file).toColourspace(channels === 1 ? "b-w" : "srgb").removeAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  if (info.height !== height || info.width !== width) {
    console.error(
      `Cannot classify ${file}: it is ${info.height}x${info.width}, ${height}x${width} is needed`,
    );
    process.exitCode = 1;
    continue;
  }
  const images = new ort.Tensor("uint8", new Uint8Array(data), [1, height, width, channels]);
  const { label, probabilities } = await session.run({ images }, ["label", "probabilities"]);
  const name = classNames[label.data[0]] ?? label.data[0];
  console.log(`${file},${name},${Math.max(...probabilities.data).toFixed(4)}`);
}
await session.release();

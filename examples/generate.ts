// New images from a run's decoder, as an .npz file.
import { createSession, decodeLatents, encodeNpz, openRun } from "@glimpse/glimpse";
import { drawFromPrior } from "@glimpse/glimpse/infer";

const [dir, out = "generated.npz"] = Deno.args;
const run = await openRun(dir);
const decoder = await createSession(await run.read("decoder.onnx"));
const z = drawFromPrior(16, run.manifest.latentDim!, { seed: 1 });
const images = await decodeLatents(decoder, z);
await decoder.release();
await Deno.writeFile(out, encodeNpz({ images }));
console.log(`images ${images.shape.join("x")}`);

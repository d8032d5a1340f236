import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { encodeNpz, readNpz } from "../../lib/data/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { trainSystem } from "../../train/run/train_system.ts";
import { classifier } from "../../train/systems/classifier.ts";
import { runPython } from "./python.ts";

Deno.test("grad_cam.onnx gives what a PyTorch implementation of the paper's equations gives", async () => {
  const random = new Random(3, "images");
  const [count, side] = [60, 12];
  const pixels = Float32Array.from({ length: count * side * side * 3 }, () => random.uniform());
  const labels = Int32Array.from({ length: count }, (_, i) => i % 4);
  // A corner of each image tells its class.
  labels.forEach((label, i) => {
    for (let p = 0; p < 25; p++) {
      const row = Math.floor(p / 5) + (label > 1 ? 6 : 0);
      const column = p % 5 + (label % 2 === 1 ? 6 : 0);
      pixels[((i * side + row) * side + column) * 3 + label % 3] = 1;
    }
  });
  const images = ndarray("float32", [count, side, side, 3], pixels);
  const { models, classes } = await trainSystem(classifier, {
    train: { images, labels },
    validation: undefined,
    test: undefined,
  }, {
    options: { filters: [6, 8], hidden: [10], epochs: 30, patience: 0, dropout: 0, augment: false },
    batchSize: 20,
    session: { threads: 1 },
  });
  assertEquals(classes, [0, 1, 2, 3]);
  const dir = await Deno.makeTempDir();
  try {
    const weights = Object.fromEntries(
      [...models["grad_cam.onnx"].graph.initializers].filter(([name]) => name.includes("/")),
    );
    await Deno.writeFile(`${dir}/in.npz`, encodeNpz({ images, ...weights }));
    await runPython("grad_cam_peer.py", [`${dir}/in.npz`, `${dir}/out.npz`]);
    const expected = await readNpz(`${dir}/out.npz`);
    const session = await createSession(models["grad_cam.onnx"], { threads: 1 });
    const { heat } = await session.run({ images });
    await session.release();
    assertEquals(heat.shape, expected.heat.shape);
    const [found, theirs] = [heat.data, expected.heat.data] as Float32Array[];
    const difference = found.reduce((most, v, i) => Math.max(most, Math.abs(v - theirs[i])), 0);
    assert(difference <= 1e-4, `heat is off by ${difference}`);
    // Maps that are all alike, or none at all, would agree too.
    const lit = theirs.filter((value) => value > 0.5).length / theirs.length;
    assert(lit > 0.02 && lit < 0.9, `${lit} of the heat is above a half`);
    assert(new Set(expected.predicted.data as Int32Array).size === 4);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

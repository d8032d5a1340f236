import { assertEquals, assertRejects } from "@std/assert";
import { Classifier, openClassifier, type PixelKind } from "../../infer/classifier.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { readRun } from "../../lib/run/run_folder.ts";
import type { Session } from "../../lib/runtime/session.ts";
import { inFolder } from "../command_line.ts";
import { tinyImages, writeTinyRun } from "../tiny_run.ts";

const LABELS = [4, 1, 8];

Deno.test("a run's classifier says the same of bytes and of floats", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const classifier = openClassifier(await readRun(`${dir}/run`), { threads: 1 });
    const pixels = tinyImages(LABELS);
    const shape = [3, 4, 4, 1];
    const floats = Float32Array.from(pixels, (value) => value / 255);
    const [bytes, same] = [
      await classifier.classify(ndarray("uint8", shape, pixels)),
      await classifier.classify(ndarray("float32", shape, floats)),
    ];
    assertEquals([[...bytes.labels], [...same.labels]], [LABELS, LABELS]);
    assertEquals(classifier.classes, [1, 4, 8]);
    await classifier.release();
  });
});

Deno.test("Classifier opens the model of each kind of pixels once, and releases it", async () => {
  const opened: PixelKind[] = [];
  let released = 0;
  const session = {
    outputNames: ["label", "probabilities"],
    run: () => Promise.reject(new Error("not run")),
    release: () => Promise.resolve(void released++),
  } as unknown as Session;
  const classifier = new Classifier((kind) => {
    opened.push(kind);
    return Promise.resolve(session);
  }, { classes: [0, 1], classNames: ["cat"] });
  const bytes = ndarray("uint8", [1, 1, 1, 1], new Uint8Array(1));
  const floats = ndarray("float32", [1, 1, 1, 1], new Float32Array(1));
  for (const images of [bytes, floats, bytes]) {
    await assertRejects(() => classifier.classify(images), Error, "not run");
  }
  assertEquals(opened, ["uint8", "float32"]);
  assertEquals([classifier.nameOf(0), classifier.nameOf(1)], ["cat", "1"]);
  await classifier.release();
  assertEquals(released, 2);
});

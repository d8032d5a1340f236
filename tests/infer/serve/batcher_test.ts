import { assertEquals, assertRejects } from "@std/assert";
import { Batcher, BusyError } from "../../../infer/serve/batcher.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import type { Images } from "../../../lib/data/dataset.ts";

/** An image of one pixel for each value. */
function images(dtype: "uint8" | "float32", ...values: number[]): Images {
  const data = dtype === "uint8" ? Uint8Array.from(values) : Float32Array.from(values);
  return ndarray(dtype, [values.length, 1, 1, 1], data as never) as Images;
}

/** Labels images by their pixel, a turn of the event loop later. */
async function byPixel({ data }: Images) {
  await new Promise((resolve) => setTimeout(resolve, 1));
  if (data.includes(99)) throw new Error("99 came");
  const probabilities = ndarray("float32", [data.length, 1], Float32Array.from(data));
  return { labels: Int32Array.from(data), probabilities };
}

function batcher(options: { maxBatch?: number; maxWaiting?: number } = {}) {
  const sizes: number[] = [];
  const made = new Batcher(byPixel, {
    maxBatch: 4,
    maxWaiting: 100,
    delay: 1,
    onBatch: (size) => sizes.push(size),
    ...options,
  });
  return { made, sizes };
}

Deno.test("Batcher gives each request its own answer, of batches that are full or of one type", async () => {
  const { made, sizes } = batcher();
  const given = [
    images("uint8", 1),
    images("uint8", 2, 3),
    images("uint8", 4),
    images("uint8", 5),
    images("float32", 6),
    images("uint8", 7, 8, 9, 10, 11),
    images("uint8", 12),
  ];
  const answers = await Promise.all(given.map((each) => made.classify(each)));
  assertEquals(answers.map(({ labels }) => [...labels]), given.map(({ data }) => [...data]));
  assertEquals(answers[1].probabilities.shape, [2, 1]);
  assertEquals(sizes, [4, 1, 1, 5, 1]);
  assertEquals(made.waiting, 0);
});

Deno.test("Batcher rejects what is beyond the images that may wait, and goes on", async () => {
  const { made } = batcher({ maxWaiting: 3 });
  const first = made.classify(images("uint8", 1, 2, 3));
  await assertRejects(() => made.classify(images("uint8", 4)), BusyError, "3 images wait");
  assertEquals((await first).labels.length, 3);
  assertEquals((await made.classify(images("uint8", 4))).labels.length, 1);
});

Deno.test("Batcher takes a request of more images than may wait, if no other waits", async () => {
  const { made, sizes } = batcher({ maxWaiting: 3 });
  assertEquals((await made.classify(images("uint8", 1, 2, 3, 4, 5))).labels.length, 5);
  assertEquals(sizes, [5]);
});

Deno.test("Batcher tells an error to the requests of its batch alone", async () => {
  const { made } = batcher();
  const bad = [made.classify(images("uint8", 1)), made.classify(images("uint8", 99))];
  const good = made.classify(images("float32", 2));
  const results = await Promise.allSettled([...bad, good]);
  assertEquals(results.map(({ status }) => status), ["rejected", "rejected", "fulfilled"]);
});

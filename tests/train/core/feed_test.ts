import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { take } from "../../../lib/array/rows.ts";
import { Random } from "../../../lib/array/random.ts";
import {
  chunks,
  type ComputedRows,
  countSteps,
  type Examples,
  type Feed,
} from "../../../train/core/feed.ts";

const FEED: Feed = {
  examples: { x: ndarray("float32", [25], Float32Array.from({ length: 25 }, (_, i) => i)) },
  noise: { a: [2], b: [] },
  scalars: { step: (step) => step },
};

const OPTIONS = { epoch: 3, firstStep: 10, batchSize: 4, seed: 7 };

/** All that an epoch feeds, joined. */
function joined(feed: Feed, options: Parameters<typeof chunks>[1]) {
  const all = [...chunks(feed, options)];
  const join = (name: string) => all.flatMap(({ perStep }) => [...perStep[name].data]);
  return {
    indices: all.flatMap(({ indices }) => [...indices.data]),
    a: join("a"),
    b: join("b"),
    step: join("step"),
  };
}

Deno.test("chunks() takes each example once at most, and leaves out what fills no batch", () => {
  const { indices, step, a, b } = joined(FEED, OPTIONS);
  assertEquals(indices.length, 24);
  assertEquals(new Set(indices).size, 24);
  assertEquals(step, [10, 11, 12, 13, 14, 15]);
  assertEquals([a.length, b.length], [48, 24]);
});

Deno.test("chunks() feeds the same whatever the size of a chunk", () => {
  const whole = joined(FEED, OPTIONS);
  assertEquals(joined(FEED, { ...OPTIONS, size: () => 1 }), whole);
  let size = 0;
  assertEquals(joined(FEED, { ...OPTIONS, size: () => ++size }), whole);
});

Deno.test("chunks() depends on the seed and the epoch, in order and noise", () => {
  const whole = joined(FEED, OPTIONS);
  for (const other of [{ ...OPTIONS, seed: 8 }, { ...OPTIONS, epoch: 4 }]) {
    const changed = joined(FEED, other);
    for (const name of ["indices", "a", "b"] as const) {
      assert(`${changed[name]}` !== `${whole[name]}`);
    }
  }
  // Each noise has its own stream.
  assert(`${whole.a.slice(0, 4)}` !== `${whole.b.slice(0, 4)}`);
});

Deno.test("chunks() keeps the order of the examples with shuffle: false", () => {
  const { indices } = joined(FEED, { ...OPTIONS, shuffle: false });
  assertEquals(indices, Array.from({ length: 24 }, (_, i) => i));
});

Deno.test("chunks() asks a function for the examples of the epoch", () => {
  const asked: number[] = [];
  const examples = (epoch: number) => {
    asked.push(epoch);
    return FEED.examples as Exclude<Feed["examples"], CallableFunction>;
  };
  assertEquals([...chunks({ examples }, OPTIONS)].length, 1);
  assertEquals(asked, [3]);
});

Deno.test("chunks() feeds computed rows as it feeds arrays of them", () => {
  const data = Float32Array.from({ length: 50 }, (_, i) => i * i);
  const squares = ndarray("float32", [25, 2], data);
  const batches = (feed: Feed) =>
    [...chunks(feed, { ...OPTIONS, size: () => 5 })].map(({ examples, indices }) => ({
      squares: take(examples.squares as typeof squares, indices.data),
      x: take(examples.x as typeof squares, indices.data),
    }));
  const computed: ComputedRows = {
    dtype: "float32",
    shape: [25, 2],
    take: (rows) => take(squares, rows),
  };
  const { x } = FEED.examples as Examples;
  assertEquals(
    batches({ ...FEED, examples: { x, squares: computed } }),
    batches({ ...FEED, examples: { x, squares } }),
  );
});

Deno.test("chunks() makes a smaller batch of what fills none, with dropRemainder: false", () => {
  const random = new Random(5, "remainders");
  for (let trial = 0; trial < 50; trial++) {
    const count = 1 + random.integer(30);
    const batchSize = 1 + random.integer(12);
    const feed = { ...FEED, examples: { x: ndarray("float32", [count], new Float32Array(count)) } };
    const options = { ...OPTIONS, batchSize, dropRemainder: false, size: () => 1 + trial % 3 };
    const all = [...chunks(feed, options)];
    const rows = all.flatMap(({ indices }) => [...indices.data]);
    assertEquals(rows.toSorted((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
    const sizes = all.flatMap(({ indices: { shape: [length, size] } }) => Array(length).fill(size));
    assertEquals(sizes.slice(0, -1), Array(sizes.length - 1).fill(batchSize));
    assertEquals(sizes.at(-1), count % batchSize || batchSize);
    assertEquals(sizes.length, countSteps(feed.examples, options));
    for (const { indices: { shape }, perStep } of all) {
      assertEquals(perStep.a.shape, [...shape, 2]);
      assertEquals(perStep.step.shape, [shape[0]]);
    }
    assertEquals(all.flatMap(({ perStep }) => [...perStep.step.data]).at(-1), 9 + sizes.length);
  }
});

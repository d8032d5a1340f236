import { assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { encodeNpz, openImages } from "../../../lib/data/mod.ts";
import { listShards } from "../../../lib/data/shards.ts";
import { InputError } from "../../../lib/input_error.ts";
import { inFolder, runMain } from "../../command_line.ts";
import { encodeParquet } from "../../parquet_file.ts";
import { tinyImages, writeTinyRun } from "../../tiny_run.ts";

const shard = (classes: readonly number[], names?: readonly string[]) => {
  const images = ndarray("uint8", [classes.length, 4, 4], tinyImages(classes));
  const labels = ndarray("int64", [classes.length], BigInt64Array.from(classes, BigInt));
  if (names === undefined) return encodeNpz({ images, labels });
  const rows = classes.map((_, i) => images.data.slice(16 * i, 16 * (i + 1)));
  return encodeParquet([
    { name: "image", type: "BYTE_ARRAY", data: rows },
    { name: "label", type: "STRING", data: [...names] },
  ]);
};

async function inShards(
  files: Readonly<Record<string, Uint8Array>>,
  test: (dir: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/shards`);
    for (const [name, bytes] of Object.entries(files)) {
      await Deno.writeFile(`${dir}/shards/${name}`, bytes);
    }
    await test(dir);
  });
}

Deno.test("listShards() leaves folders of images to those who read images, whatever else lies there", async () => {
  await inShards({ "a.npz": shard([1]), "photo.JPG": new Uint8Array() }, async (dir) => {
    assertEquals(await listShards(`${dir}/shards`), []);
  });
  await inShards({ "a.npz": shard([1]), "_SUCCESS": new Uint8Array() }, async (dir) => {
    assertEquals(await listShards(`${dir}/shards`), ["a.npz"]);
    await Deno.mkdir(`${dir}/shards/cats`);
    assertEquals(await listShards(`${dir}/shards`), []);
  });
});

Deno.test("openShards() reads files in natural order as if they were one", async () => {
  const files = { "a10.npz": shard([8, 8]), "a2.npz": shard([4]), "a1.npz": shard([1, 4, 8]) };
  await inShards(files, async (dir) => {
    assertEquals(await listShards(`${dir}/shards`), ["a1.npz", "a2.npz", "a10.npz"]);
    const source = await openImages(`${dir}/shards`);
    assertEquals([source.count, [...source.labels!]], [6, [1, 4, 8, 4, 8, 8]]);
    const chunks = await Array.fromAsync(source.chunks(2));
    assertEquals(chunks.map(({ shape }) => shape[0]), [2, 1, 1, 2]);
    const pixels = chunks.flatMap(({ data }) => [...data]);
    assertEquals(pixels, [1, 2, 3].flatMap((_, i) => [...tinyImages([[1, 4, 8], [4], [8, 8]][i])]));
  });
});

Deno.test("openShards() joins names that files number differently", async () => {
  const files = {
    "1.parquet": shard([4, 8], ["dog", "cat"]),
    "2.parquet": shard([1, 8], ["ant", "cat"]),
  };
  await inShards(files, async (dir) => {
    const { labels, classNames } = await openImages(`${dir}/shards`);
    assertEquals(Array.from(labels!, (label) => classNames![label]), ["dog", "cat", "ant", "cat"]);
  });
});

Deno.test("classify takes a folder of shards", async () => {
  await inShards({ "0.npz": shard([1, 4]), "1.parquet": shard([8], ["8"]) }, async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const words = ["classify", "shards", "--run", "run", "--out", "labels.csv"];
    const { code, stdout, stderr } = await runMain("infer/main.ts", words, { cwd: dir });
    assertEquals(code, 0, stderr);
    assertEquals(await Deno.readTextFile(`${dir}/labels.csv`), "Predicted_Label\n1\n4\n8\n");
    assertEquals(stdout.includes("accuracy 1.000"), true, stdout);
  });
});

Deno.test("openShards() says where files are not of one kind, or damaged", async () => {
  const large = encodeNpz({ images: ndarray("uint8", [1, 5, 5], new Uint8Array(25).fill(255)) });
  const dark = ndarray("float32", [1, 4, 4], new Float32Array(16).fill(1));
  const cases: [Uint8Array, string][] = [
    [large, 'images are 4x4x1 in "0.npz" and 5x5x1 in "1.npz", one for all is needed'],
    [encodeNpz({ images: dark }), 'white is 255 in "0.npz" and 1 in "1.npz"'],
    [shard([1]).subarray(0, 90), "1.npz"],
  ];
  for (const [second, message] of cases) {
    await inShards({ "0.npz": shard([1]), "1.npz": second }, async (dir) => {
      await assertRejects(() => openImages(`${dir}/shards`), InputError, message);
    });
  }
  const unlabelled = encodeNpz({ images: ndarray("uint8", [1, 4, 4], tinyImages([1])) });
  await inShards({ "0.npz": shard([1]), "1.npz": unlabelled }, async (dir) => {
    await assertRejects(
      () => openImages(`${dir}/shards`),
      InputError,
      'there are labels in "0.npz" and no labels in "1.npz"',
    );
    assertEquals((await openImages(`${dir}/shards`, { labels: false })).count, 2);
  });
  await assertRejects(() => listShards("none"), InputError, "none");
});

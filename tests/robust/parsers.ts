import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { encodeNpy, encodeNpz, loadImages, readNpz } from "../../lib/data/mod.ts";
import { formatMixture, parseMixture } from "../../lib/latent/mixture_json.ts";
import { SECTIONS } from "../../lib/report/sections/mod.ts";
import { readReportRun } from "../../lib/report/parts/report_run.ts";
import { formatManifest, parseManifest } from "../../lib/run/manifest.ts";
import { openModel, type RunModel } from "../../lib/run/open_model.ts";
import { type Run, RUN_FILES } from "../../lib/run/run_folder.ts";
import { openContents } from "../../lib/run/run_folder.ts";
import type { Random } from "../../lib/array/random.ts";
import { encodeParquet } from "../parquet_file.ts";
import { tinyReportedRun } from "../tiny_report.ts";
import { tinyMixture } from "../tiny_run.ts";
import { mutateArrays, mutateBytes, mutateText } from "./mutate.ts";

/** A format whose readers are given altered files. */
export interface Parser {
  readonly name: string;
  /** An altered file. */
  alter(random: Random): Uint8Array;
  /** Reads it; says what is wrong with what was read, if anything is. */
  read(bytes: Uint8Array): Promise<string | void>;
}

const text = new TextEncoder();
const rowsOf = ({ data, shape: [count] }: NdArray<"uint8">) =>
  Array.from({ length: count }, (_, i) => data.slice(16 * i, 16 * (i + 1)));
const decoded = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Every parser of files that users have, with a scratch folder for those that read from disk. */
export async function parsers(scratch: string): Promise<Parser[]> {
  const contents = await tinyReportedRun();
  const whole = await openContents("run", contents);
  const { files } = contents;

  /** The run with one file altered, its hash with it. */
  const runWith = (file: string, bytes: Uint8Array): Run => ({
    ...whole,
    read: (name) => name === file ? Promise.resolve(bytes) : whole.read(name),
  });
  const textOf = (file: string) => (random: Random) =>
    text.encode(mutateText(decoded(files[file]), random));
  const arraysOf = (file: string) => {
    const arrays = readNpz(files[file]);
    let known: Record<string, NdArray> = {};
    arrays.then((found) => known = found);
    return (random: Random) =>
      random.integer(3) === 0
        ? mutateBytes(files[file], random)
        : encodeNpz(mutateArrays(known, random));
  };
  const inReport = (file: string) => async (bytes: Uint8Array) => {
    const content = await readReportRun(runWith(file, bytes), { threads: 1 });
    try {
      for (const build of SECTIONS) {
        const section = await build(content);
        for (const part of section?.body ?? []) {
          if (typeof part === "object" && "plot" in part) await part.plot();
        }
      }
    } finally {
      await content.release();
    }
  };
  const model = (name: RunModel) => async (bytes: Uint8Array) => {
    const session = await openModel(runWith(RUN_FILES[name], bytes), name, { threads: 1 });
    try {
      const input = name === "decoder"
        ? { z: ndarray("float32", [3, 2], new Float32Array(6)) }
        : { images: ndarray("float32", [3, 4, 4, 1], new Float32Array(48)) };
      const results = await session.run(input);
      for (const [output, { shape }] of Object.entries(results)) {
        if (shape[0] !== 3) return `${output} has ${shape[0]} rows of 3`;
      }
    } finally {
      await session.release();
    }
  };
  const onDisk = (name: string, original: Uint8Array, alter = mutateBytes): Parser => ({
    name,
    alter: (random) => alter(original, random),
    async read(bytes) {
      const path = `${scratch}/${name.replace(/^.* of /, "")}`;
      await Deno.writeFile(path, bytes);
      const { images, labels } = await loadImages(path, { maxBytes: 1e8 });
      if (images.data.some((value) => !Number.isFinite(value))) return "a pixel is not finite";
      if (labels !== undefined && labels.length !== images.shape[0]) return "labels are missing";
    },
  });
  const images = ndarray("uint8", [6, 4, 4], new Uint8Array(96).map((_, i) => i * 7));
  const labels = ndarray("int64", [6], BigInt64Array.of(1n, 4n, 8n, 1n, 4n, 8n));
  const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 4, 0, 0, 0, 4, ...images.data);
  const gzipped = new Uint8Array(
    await new Response(new Blob([idx]).stream().pipeThrough(new CompressionStream("gzip")))
      .arrayBuffer(),
  );
  const mixture = tinyMixture();
  return [
    ...[RUN_FILES.metrics, RUN_FILES.history].map((file) => ({
      name: file,
      alter: textOf(file),
      read: inReport(file),
    })),
    ...[RUN_FILES.latents, RUN_FILES.examples].map((file) => ({
      name: file,
      alter: arraysOf(file),
      read: inReport(file),
    })),
    {
      name: RUN_FILES.mixture,
      alter: (random) => text.encode(mutateText(formatMixture(mixture), random)),
      async read(bytes) {
        const { members } = parseMixture(decoded(bytes));
        for (const { mixture: { weights, covariances, precisionsCholesky } } of members) {
          const total = weights.data.reduce((sum, weight) => sum + weight, 0);
          if (Math.abs(total - 1) > 1e-6) return `weights sum to ${total}`;
          const off = covariances.data.findIndex((variance, i) =>
            Math.abs(variance * precisionsCholesky.data[i] ** 2 - 1) > 1e-6
          );
          if (off >= 0) return "covariances do not match their factors";
        }
        await Promise.resolve();
      },
    },
    {
      name: RUN_FILES.manifest,
      alter: (random) => text.encode(mutateText(formatManifest(whole.manifest), random)),
      async read(bytes) {
        const manifest = parseManifest(decoded(bytes), "run");
        const content = await readReportRun({ ...whole, manifest }, { threads: 1 });
        for (const build of SECTIONS) await build(content);
        await content.release();
      },
    },
    ...(["encoder", "decoder", "classifier"] as const).map((name) => ({
      name: RUN_FILES[name],
      alter: (random: Random) => mutateBytes(files[RUN_FILES[name]], random),
      read: model(name),
    })),
    onDisk(
      "bytes of images.parquet",
      encodeParquet([
        { name: "image", type: "BYTE_ARRAY", data: rowsOf(images) },
        { name: "label", type: "INT64", data: [...labels.data] },
      ]),
    ),
    onDisk("bytes of images.npz", encodeNpz({ images, labels })),
    onDisk(
      "arrays of images.npz",
      new Uint8Array(),
      (_, random) => encodeNpz(mutateArrays({ images, labels } as never, random)) as never,
    ),
    onDisk("bytes of images.npy", encodeNpy(images)),
    onDisk("bytes of images-idx3-ubyte", idx),
    onDisk("bytes of images-idx3-ubyte.gz", gzipped),
  ];
}

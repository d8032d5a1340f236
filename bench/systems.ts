/**
 * The generative systems: parameters, seconds and figures of each on test images, after the last
 * epoch, beside PyTorch's same network on the same images with the same steps.
 *
 * @module
 */
import type { NdArray } from "../lib/array/ndarray.ts";
import { mean } from "../lib/array/stats.ts";
import { encodeNpz } from "../lib/data/npz.ts";
import type { Images } from "../lib/data/mod.ts";
import { formatNumber } from "../lib/command/progress.ts";
import { writeAll, writeFile } from "../lib/files/atomic_write.ts";
import { exists } from "../lib/files/out_path.ts";
import { InputError } from "../lib/input_error.ts";
import { optionDefaults } from "../lib/command/flags.ts";
import { chooseEngine } from "../train/core/engines/choose_engine.ts";
import { dataOptions, needOptions } from "../train/data/options.ts";
import { prepareData, type PrepareValues } from "../train/data/prepare_data.ts";
import type { DataByNeed, Need } from "../train/data/roles.ts";
import { trainSystem } from "../train/run/train_system.ts";
import { startPeer } from "./peer.ts";
import { AUTOENCODER_ROWS } from "./systems/autoencoder.ts";
import { CVAE_ROWS } from "./systems/cvae.ts";
import { DCGAN_ROWS } from "./systems/dcgan.ts";
import type { Figure, Row } from "./systems/row.ts";
import { VAE_ROWS } from "./systems/vae.ts";
import { VQ_VAE_ROWS } from "./systems/vq_vae.ts";
import { formatTable } from "./table.ts";

/** Every row by name: a file for each system in `systems/`. */
const ROWS: Readonly<Record<string, Row>> = {
  ...AUTOENCODER_ROWS,
  ...VAE_ROWS,
  ...CVAE_ROWS,
  ...VQ_VAE_ROWS,
  ...DCGAN_ROWS,
};

/** Options for {@linkcode benchSystems}. */
export interface SystemsOptions {
  seeds: number;
  /** All by default; those of CIFAR-10 only with its path. */
  rows?: readonly string[] | undefined;
  /** A file of CIFAR-10's images, or a folder with `train/CLASS/` and `test/CLASS/` of them. */
  cifar?: string | undefined;
  /** A JSON file that is added to: a bench that was stopped goes on from it. */
  results?: string | undefined;
}

/** One training and its peer's, as the file of results holds it. */
interface Result {
  readonly row: string;
  readonly seed: number;
  /** What was trained with: results of other options do not count. */
  readonly options: Row["options"];
  readonly parameters: number;
  readonly seconds: number;
  readonly figures: readonly number[];
  /** PyTorch's, where it has the same network. */
  readonly peer?: readonly number[];
}

/**
 * Trains each row once a seed, and prints a table with a line for each figure. What the file of
 * results holds is not measured again.
 *
 * @throws {InputError} If a row is unknown, or needs images of which there is no path.
 */
export async function benchSystems(
  print: (line: string) => void,
  { seeds, rows, cifar, results }: SystemsOptions,
): Promise<void> {
  const names = rows ?? Object.keys(ROWS).filter((name) => ROWS[name].data !== "cifar" || cifar);
  const unknown = names.find((name) => !(name in ROWS));
  if (unknown !== undefined) {
    throw new InputError(
      `Cannot measure "${unknown}": it is no row, ${Object.keys(ROWS).join(", ")} are`,
    );
  }
  const known: Result[] = results !== undefined && await exists(results)
    ? JSON.parse(await Deno.readTextFile(results))
    : [];
  const table = [HEAD];
  for (const name of names) {
    const row = ROWS[name];
    const found: Result[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      let result = known.find((each) =>
        each.row === name && each.seed === seed &&
        JSON.stringify(each.options) === JSON.stringify(row.options)
      );
      if (result === undefined) {
        result = { row: name, seed, options: row.options, ...await measureRow(row, seed, cifar) };
        known.push(result);
        if (results !== undefined) {
          const bytes = new TextEncoder().encode(JSON.stringify(known, undefined, 1));
          await writeFile(results, (file) => writeAll(file, bytes), { force: true });
        }
      }
      found.push(result);
      print(`${row.title}, seed ${seed}: ${describe(result)}`);
    }
    row.figures.forEach((figure, i) => table.push(lineOf(row, found, { figure, i })));
  }
  print(formatTable(table));
}

const HEAD = ["system", "parameters", "seconds", "figure", "mean", "worst", "PyTorch", "target"];

function describe({ figures, seconds, peer }: Result): string {
  const ours = `${figures.map(formatNumber).join(", ")} in ${Math.round(seconds)} s`;
  return peer === undefined ? ours : `${ours}, PyTorch ${peer.map(formatNumber).join(", ")}`;
}

/** The line of one figure, over seeds. */
function lineOf(
  { title }: Row,
  found: readonly Result[],
  { figure, i }: { figure: Figure; i: number },
): string[] {
  const figures = found.map((result) => result.figures[i]);
  const worst = figure.target.startsWith(">") ? Math.min(...figures) : Math.max(...figures);
  const peers = found.flatMap(({ peer }) => peer?.[i] ?? []);
  return [
    title,
    String(found[0].parameters),
    mean(found.map(({ seconds }) => seconds)).toFixed(0),
    figure.name,
    formatNumber(mean(figures)),
    formatNumber(worst),
    peers.length === 0 ? "" : formatNumber(mean(peers)),
    figure.target,
  ];
}

async function measureRow(
  row: Row,
  seed: number,
  cifar: string | undefined,
): Promise<Pick<Result, "parameters" | "seconds" | "figures" | "peer">> {
  const { system, options, batchSize = 128 } = row;
  const data = await dataOf(row, seed, cifar);
  const { name: engine } = await chooseEngine("auto");
  const started = performance.now();
  const trained = await trainSystem(system, data, {
    options: options as never,
    seed,
    batchSize,
    engine,
  });
  const seconds = (performance.now() - started) / 1000;
  return {
    parameters: trained.layers.reduce((sum, layer) => sum + layer.parameters, 0),
    seconds,
    figures: await row.measure(trained, data),
    ...row.peer && { peer: await askPeer(row, data, { seed, batchSize }) },
  };
}

/** The images of a row, each part in its role. */
async function dataOf(
  { system, data, classes, validationSplit, validatesOnTest }: Row,
  seed: number,
  cifar: string | undefined,
): Promise<DataByNeed[Need]> {
  if (data === "cifar" && cifar === undefined) {
    throw new InputError("Cannot measure on CIFAR-10: its images are needed, by --cifar PATH");
  }
  const isFolder = cifar !== undefined && (await Deno.stat(cifar)).isDirectory;
  const values = {
    ...optionDefaults(dataOptions),
    ...optionDefaults(needOptions[system.needs]),
    train: data !== "cifar" ? data : isFolder ? `${cifar}/train` : cifar,
    ...data === "cifar" && isFolder && { test: `${cifar}/test` },
    ...classes && { classes },
    ...validatesOnTest ? { validationSplit: 0 } : validationSplit && { validationSplit },
    seed,
  } as PrepareValues<Need>;
  const prepared = (await prepareData(system.needs, values)).data;
  if (!validatesOnTest) return prepared;
  const found = prepared as DataByNeed["few-labels"];
  return { ...found, validation: imagesOf(found.test!) };
}

const imagesOf = (part: { images: Images } | Images) => "images" in part ? part.images : part;

/** PyTorch's figures on the same images. */
async function askPeer(
  { peer: question, measureSamples }: Row,
  data: DataByNeed[Need],
  { seed, batchSize }: { seed: number; batchSize: number },
): Promise<number[]> {
  const arrays: Record<string, NdArray> = {};
  for (const role of ["train", "validation", "test"] as const) {
    if (data[role] !== undefined) arrays[role] = imagesOf(data[role] as Images);
  }
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  const peer = await startPeer("systems.py");
  try {
    await Deno.writeFile(path, encodeNpz(arrays));
    const asked = JSON.stringify({ ...question, path, seed, batchSize });
    const { figures } = await peer.ask<{ figures: number[] }>(asked);
    return measureSamples ? await measureSamples(path, data) : figures;
  } finally {
    await peer.stop();
    await Deno.remove(path);
  }
}

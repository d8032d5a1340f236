import { stringify } from "@std/csv";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { slice, take } from "../../lib/array/rows.ts";
import { nearestNeighbours } from "../../lib/classical/nearest_neighbours.ts";
import { defineCommand } from "../../lib/command/command.ts";
import { Progress } from "../../lib/command/progress.ts";
import { encodeNpz } from "../../lib/data/npz.ts";
import { toFloat32 } from "../../lib/data/mod.ts";
import { principalComponents } from "../../lib/embedding/pca.ts";
import { tsne, TSNE_NEIGHBOURS } from "../../lib/embedding/tsne.ts";
import { InputError } from "../../lib/input_error.ts";
import { type LayoutScores, layoutScores } from "../../lib/metrics/layout_scores.ts";
import { latentScatter } from "../../lib/plot/latent_scatter.ts";
import { squareDomain } from "../../lib/plot/points_picture.ts";
import { renderPng, renderSvg } from "../../lib/plot/render.ts";
import { buildReport } from "../../lib/report/build_report.ts";
import { count } from "../../lib/report/parts/numbers.ts";
import { type Latents, readLatents } from "../../lib/run/latents_file.ts";
import { openModel } from "../../lib/run/open_model.ts";
import { readRun, type Run } from "../../lib/run/run_folder.ts";
import { chunkRows } from "../../lib/runtime/run_images.ts";
import { prepareData } from "../data/prepare_data.ts";
import { hashOf } from "../run/write_trained.ts";
import { type SystemName, SYSTEMS } from "../systems/mod.ts";
import { writeStudy } from "./run_study.ts";

/** What of the latent space is laid out, and what it is called. */
const SPACES = {
  means: "the latent means",
  "log-variances": "the log variances of the latent variables",
  samples: "samples of the latent variables",
} as const;

type Space = keyof typeof SPACES;

/** The study `embed`. */
export const embed = defineCommand({
  name: "embed",
  task: "study",
  description:
    "Plots the training images of a run in a plane, by PCA and by t-SNE of the latent space, and measures how many neighbours stay neighbours",
  options: {
    run: { kind: "path", description: "The run folder", required: true },
    out: {
      kind: "path",
      description: "The folder to write; what the study wrote there before is replaced",
      default: "runs/study-embed",
    },
    space: {
      kind: "choice",
      choices: Object.keys(SPACES) as Space[],
      description: "What is embedded; log-variances and samples encode the training images again",
      default: "means",
    },
    points: {
      kind: "integer",
      description:
        "Largest number of images, sampled at random from more; 10,000 take about a minute",
      default: 10_000,
      min: TSNE_NEIGHBOURS + 2,
    },
    seed: {
      kind: "integer",
      description: "Random seed of the sample and of t-SNE",
      default: 0,
      min: 0,
    },
    threads: {
      kind: "integer",
      description: "Threads per operation; 0 uses every core",
      default: 0,
      min: 0,
    },
  },
  examples: [
    { does: "10,000 images", line: "deno task study embed --run runs/mnist" },
    {
      does: "All of them, by the variances",
      line: "deno task study embed --run runs/mnist --space log-variances --points 60000",
    },
  ],
  async run({ run: dir, out, space, points: most, seed, threads }, host) {
    const run = await readRun(dir);
    const latents = await readLatents(run);
    const all = space === "means" ? latents.z : await encodeAgain(run, latents, { space, seed });
    const [total, features] = all.shape;
    if (total < TSNE_NEIGHBOURS + 2 || features < 2) {
      throw new InputError(
        `Cannot embed run "${dir}": it has ${total} images of ${features} latent variables, at least ${
          TSNE_NEIGHBOURS + 2
        } of 2 are needed`,
      );
    }
    const rows = total <= most
      ? Uint32Array.from({ length: total }, (_, i) => i)
      : new Random(seed, "embedded points").permutation(total).subarray(0, most);
    const points = take(all, rows);
    const { names, classes, known } = classesOf(run, latents, rows);
    const pca = principalComponents(points).projected;
    host.print(`searching the neighbours of ${rows.length} images`);
    const neighbours = await nearestNeighbours(points, points, {
      k: TSNE_NEIGHBOURS,
      excludeSelf: true,
      threads,
    });
    const progress = new Progress(host.status);
    const started = performance.now();
    const onProgress = (done: number, total: number) =>
      progress.update({
        unit: "iterations",
        label: "t-SNE",
        done,
        total,
        seconds: (performance.now() - started) / 1000,
      });
    const layout = tsne(neighbours, { start: pca, seed, onProgress });
    progress.clear();
    const figures = [];
    const files: Record<string, string | Uint8Array> = {};
    const table = [];
    const planes = [
      { name: "pca", title: "Principal components", axis: "principal component", plane: pca },
      { name: "tsne", title: "t-SNE", axis: "t-SNE", plane: layout },
    ];
    for (const { name, title, axis, plane } of planes) {
      const scores = layoutScores(points, plane, { ...names && { classes }, seed });
      const content = await renderSvg(
        latentScatter({ points: plane, classes, classNames: names ?? ["images"] }, {
          domain: squareDomain([plane]),
          axes: [`${axis} 1`, `${axis} 2`],
          width: 420,
          height: 420,
        }),
        { id: name },
      );
      files[`${name}.png`] = await renderPng(content);
      const caption = captionOf(scores);
      host.print(`${title}: ${caption}`);
      table.push({ layout: name, ...scores });
      figures.push({
        name,
        alt: `The images laid out by ${title}`,
        caption: `${title} of ${SPACES[space]} of ${
          count(rows.length)
        } images${known}. ${caption}.`,
        content,
      });
    }
    await writeStudy(out, {
      ...files,
      "table.csv": stringify(table, { columns: Object.keys(table[0]) }),
      "embedding.npz": encodeNpz({
        rows: ndarray("int32", [rows.length], Int32Array.from(rows)),
        pca,
        tsne: layout,
        ...names && { label: ndarray("int32", [rows.length], Int32Array.from(classes)) },
      }),
      "report.html": buildReport([], {
        title: `Embedding of run ${run.dir.split(/[\\/]/).filter(Boolean).at(-1)}`,
        sections: [{ title: "Layouts", layout: "two", body: figures }],
      }),
    });
    host.print(`written to ${out}: pca.png, tsne.png, table.csv, embedding.npz, report.html`);
  },
});

function captionOf({ trustworthiness, neighbourAccuracy, count: asked }: LayoutScores): string {
  const accuracy = neighbourAccuracy === undefined
    ? ""
    : `, neighbour accuracy ${neighbourAccuracy.toFixed(3)}`;
  return `Trustworthiness ${trustworthiness.toFixed(3)}${accuracy} (10 neighbours, of ${
    count(asked)
  } images)`;
}

/** The class of each row, and what it is known from; one class where none is known. */
function classesOf(
  { manifest: { classNames } }: Run,
  { trueLabels, labels }: Latents,
  rows: Uint32Array,
): { names: string[] | undefined; classes: Int32Array; known: string } {
  const all = trueLabels ?? labels;
  if (all === undefined) {
    return { names: undefined, classes: new Int32Array(rows.length), known: "" };
  }
  const distinct = [...new Set(all)].sort((a, b) => a - b);
  return {
    names: distinct.map((label) => classNames?.[label] ?? String(label)),
    classes: Int32Array.from(rows, (row) => distinct.indexOf(all[row])),
    known: `, by ${trueLabels ? "true" : "predicted"} class`,
  };
}

/** The log variances of the training images, or samples: the run keeps the means alone. */
async function encodeAgain(
  run: Run,
  { z }: Latents,
  { space, seed }: { space: Space; seed: number },
): Promise<NdArray<"float32">> {
  const { dir, manifest: { system, options, data: { sha256 } } } = run;
  const fail = (found: string) =>
    new InputError(
      `Cannot embed the ${space} of run "${dir}": ${found}; --space means needs neither`,
    );
  const encoder = await openModel(run, "encoder");
  try {
    if (!encoder.outputNames.includes("z_log_var") || !(system in SYSTEMS)) {
      throw fail("its encoder gives no variances");
    }
    const { needs } = SYSTEMS[system as SystemName];
    const { data } = await prepareData(needs, options as never);
    if (hashOf(data) !== sha256) throw fail("its images have changed since it was trained");
    const images = "images" in data.train ? data.train.images : data.train;
    const random = new Random(seed, "latent samples");
    const values = new Float32Array(z.data.length);
    const step = chunkRows(images.shape);
    for (let start = 0; start < z.shape[0]; start += step) {
      const chunk = toFloat32(slice(images, start, Math.min(start + step, z.shape[0])));
      const { z_mean, z_log_var } = await encoder.run({ images: chunk });
      const [means, logs] = [z_mean.data as Float32Array, z_log_var.data as Float32Array];
      values.set(
        space === "log-variances"
          ? logs
          : means.map((mean, i) => mean + Math.exp(logs[i] / 2) * random.normal()),
        start * z.shape[1],
      );
    }
    return ndarray("float32", z.shape, values);
  } finally {
    await encoder.release();
  }
}

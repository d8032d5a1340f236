import { type NdArray, ndarray } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { join, slice, take } from "../lib/array/rows.ts";
import type { Images } from "../lib/data/dataset.ts";
import { loadImages } from "../lib/data/load_images.ts";
import { toFloat32 } from "../lib/data/pixels.ts";
import { InputError } from "../lib/input_error.ts";
import {
  drawFromMixture,
  drawFromPrior,
  manifold,
  overImages,
  traversals,
} from "../lib/latent/latent_points.ts";
import { LABEL_TEMPERATURE, sampleConditional } from "../lib/latent/sample_conditional.ts";
import { hasNormalPrior } from "../lib/report/parts/report_run.ts";
import { readHistory } from "../lib/run/history_file.ts";
import { readLatents, readMixture } from "../lib/run/latents_file.ts";
import { classesOf, latentDimOf, type Run, RUN_FILES } from "../lib/run/run_folder.ts";
import { decodeLatents, encodeImages } from "../lib/runtime/run_images.ts";
import type { Session } from "../lib/runtime/session.ts";
import type { SessionOptions } from "../lib/runtime/session_options.ts";
import { checkHolds } from "./check_holds.ts";
import type { GenerateValues } from "./generate.ts";
import { openModel } from "../lib/run/open_model.ts";

/** Images that are written to `NAME.npz` and `NAME.png`, and what is said of them. */
export interface Picture {
  readonly name: string;
  readonly images: Images;
  /** The latent variables of each. */
  readonly z: NdArray;
  /** How many stand side by side. */
  readonly columns: number;
  /** The columns one after another as `NAME.gif`. @default {false} */
  readonly moves?: boolean;
  readonly says: string;
}

/** The options of the command, and how models run. */
export type GenerateWith = GenerateValues & { readonly session: SessionOptions };

/** Samples, and the plane or the axes of the latent space. */
export async function latentPictures(
  run: Run,
  decoder: Session,
  { count = 100, side, seed, temperature = 1, from: wanted }: GenerateValues,
): Promise<Picture[]> {
  const latentDim = latentDimOf(run);
  const plane = latentDim === 2;
  const history = RUN_FILES.history in run.manifest.files ? await readHistory(run) : [];
  const isNormal = hasNormalPrior(history) || RUN_FILES.generator in run.manifest.files;
  // Without the prior N(0, I), or with another one after it, that is not where the images are.
  const latents = isNormal ? undefined : await readLatents(run);
  const place = (z: NdArray<"float32">) => latents ? overImages({ z, columns: 1 }, latents.z).z : z;
  const hasMixture = RUN_FILES.mixture in run.manifest.files;
  const from = wanted ?? (!isNormal && hasMixture ? "mixture" : "prior");
  const hadPrior = isNormal || history.some(({ phase }) => phase === "elbo");
  if (from === "mixture" && temperature !== 1) {
    throw new InputError(
      "Cannot use --temperature: the samples are the mixture's, --from prior takes one",
    );
  }
  const prior = drawFromPrior(count, latentDim, { seed, temperature });
  const z = from === "mixture"
    ? drawFromMixture(count, await readMixture(run), { seed })
    : hadPrior
    ? prior
    : place(prior);
  const source = from === "prior" && !hadPrior ? "normal distribution of the images" : from;
  const grid = plane ? manifold(side) : traversals(latentDim, side);
  const points = place(grid.z);
  const quantiles = isNormal ? "normal quantiles" : "normal quantiles of the images";
  return [
    {
      name: "samples",
      images: await decodeLatents(decoder, z),
      z,
      columns: Math.ceil(Math.sqrt(count)),
      says: `${count} samples from the ${source}`,
    },
    {
      name: plane ? "manifold" : "traversals",
      images: await decodeLatents(decoder, points),
      z: points,
      columns: grid.columns,
      moves: !plane,
      says: plane
        ? `the latent plane at ${side}x${side} ${quantiles}`
        : `the latent space has ${latentDim} axes, a plane needs 2, so each axis at ${side} ${quantiles}`,
    },
  ];
}

/** The way between the first two images of a file, in steps. */
export async function betweenPicture(
  run: Run,
  decoder: Session,
  { between, side, session }: GenerateWith,
): Promise<Picture> {
  checkHolds(run, [RUN_FILES.encoder], { action: "find the way between images" });
  const images = await loadRunImages(run, between!, 2);
  const encoder = await openModel(run, "encoder", session);
  const [{ data: first }, { data: second }] = await encodeImages(encoder, images)
    .then((z) => [slice(z, 0, 1), slice(z, 1, 2)]);
  await encoder.release();
  const points = Float32Array.from({ length: side * first.length }, (_, i) => {
    const share = Math.floor(i / first.length) / (side - 1);
    return (1 - share) * first[i % first.length] + share * second[i % first.length];
  });
  const z = ndarray("float32", [side, first.length], points);
  return {
    name: "between",
    images: await decodeLatents(decoder, z),
    z,
    columns: side,
    moves: true,
    says: `${side} steps between the first two images of ${between}`,
  };
}

/** Images of one label, or of every label in columns. */
export async function labelPicture(
  run: Run,
  decoder: Session,
  { label, count, seed, temperature = LABEL_TEMPERATURE, session }: GenerateWith,
): Promise<Picture> {
  const classes = classesOf(run);
  const names = classes.map((value) => run.manifest.classNames?.[value] ?? String(value));
  const wanted = label === undefined ? classes.map((_, i) => i) : [names.indexOf(label)];
  if (wanted[0] === -1) {
    throw new InputError(
      `Cannot generate images of label ${label}: the run was trained on ${names.join(", ")}`,
    );
  }
  const rows = count ?? (label === undefined ? 10 : 100);
  const each = Array.from({ length: rows * wanted.length }, (_, i) => i);
  const data = new Float32Array(each.length * classes.length);
  for (const i of each) data[i * classes.length + wanted[i % wanted.length]] = 1;
  const condition = ndarray("float32", [each.length, classes.length], data);
  // The noise differs within a column, not along a row.
  const noise = drawFromPrior(rows, latentDimOf(run), { seed });
  const inRow = take(noise, each.map((i) => Math.floor(i / wanted.length)));
  const z = await samplePrior(run, condition, inRow, { session, temperature });
  const { images } = await decoder.run({ z, condition });
  return {
    name: "samples",
    images: images as Images,
    z,
    columns: label === undefined ? wanted.length : Math.ceil(Math.sqrt(rows)),
    says: label === undefined
      ? `${rows} samples of each label at temperature ${temperature}, a column each: ${
        names.join(", ")
      }`
      : `${rows} samples of label ${label} at temperature ${temperature}`,
  };
}

/** Completions of images of which only the given quadrants count, a row for each image. */
export async function completionPicture(
  run: Run,
  decoder: Session,
  { complete, count = 5, seed, temperature = 1, session }: GenerateWith,
): Promise<Picture> {
  const parts = toFloat32(await loadRunImages(run, complete!, 1));
  const [images] = parts.shape;
  const random = new Random(seed, "samples");
  const rows = Array.from({ length: images * count }, (_, i) => Math.floor(i / count));
  const latentDim = latentDimOf(run);
  const noise = random.normals(rows.length * latentDim);
  const z = await samplePrior(run, parts, ndarray("float32", [rows.length, latentDim], noise), {
    session,
    temperature,
  });
  const decoded: Images[] = [];
  for (let start = 0; start < rows.length; start += 1000) {
    const end = Math.min(start + 1000, rows.length);
    const condition = take(parts, rows.slice(start, end));
    const { images } = await decoder.run({ z: slice(z, start, end), condition });
    decoded.push(images as Images);
  }
  return {
    name: "completions",
    images: join(decoded),
    z,
    columns: count,
    says: `${count} completions of each of the ${images} images of ${complete}, a row each`,
  };
}

/** Latent variables of conditions by the run's prior; the noise is in equal parts that of each. */
async function samplePrior(
  run: Run,
  condition: NdArray<"float32">,
  noise: NdArray<"float32">,
  { session, temperature }: { session: SessionOptions; temperature: number },
): Promise<NdArray<"float32">> {
  checkHolds(run, [RUN_FILES.prior], { action: "generate images of a condition" });
  const prior = await openModel(run, "prior", session);
  const answer = await prior.run({ condition });
  await prior.release();
  return sampleConditional(answer, noise, { temperature });
}

/** Images of a file, as the run's models take them. */
async function loadRunImages(run: Run, path: string, least: number): Promise<Images> {
  const [height, width, channels] = run.manifest.imageShape;
  const { images } = await loadImages(path, {
    size: { height, width },
    channels,
    role: "test",
    labels: false,
    expectedWhite: run.manifest.scale,
  });
  if (images.shape[0] >= least) return images;
  throw new InputError(
    `Cannot use "${path}": it holds ${images.shape[0]} images, at least ${least} are needed`,
  );
}

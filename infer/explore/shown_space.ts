import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { take } from "../../lib/array/rows.ts";
import { type PrincipalComponents, principalComponents, project } from "../../lib/embedding/pca.ts";
import { classifyLatents, type LatentClassifier } from "../../lib/latent/latent_classifier.ts";
import { normalDistributions } from "../../lib/latent/normal_distributions.ts";
import { GraphBuilder } from "../../lib/onnx/graph_builder.ts";
import { decodeModel, encodeModel } from "../../lib/onnx/proto.ts";
import { type Latents, readLatents, readMixture } from "../../lib/run/latents_file.ts";
import { classesOf, type Run, RUN_FILES } from "../../lib/run/run_folder.ts";
import { checkHolds } from "../check_holds.ts";

/** The latent space that the page shows, with the models in and out of it. */
export interface ShownSpace {
  readonly encoder: Uint8Array<ArrayBuffer>;
  readonly decoder: Uint8Array<ArrayBuffer>;
  /** `classifier.onnx`, where it tells outliers. */
  readonly outlierModel: Uint8Array<ArrayBuffer> | undefined;
  readonly classifier: LatentClassifier;
  readonly latents: Latents | undefined;
  /** What the page is to say of it. */
  readonly note?: string;
}

/** The most points that the page shows: more would hide one another. */
const MAX_POINTS = 4000;

/** Principal components that stand for features without a mixture. */
const COMPONENTS = 10;

/**
 * The latent space of a run that has a mixture. Features without one are too many to walk through:
 * their principal components are shown, with one normal distribution for each predicted class.
 *
 * @throws {InputError} If the run lacks what that needs, or a file is damaged.
 */
export async function shownSpace(run: Run): Promise<ShownSpace> {
  const { files } = run.manifest;
  const hasMixture = RUN_FILES.mixture in files;
  const needed = [RUN_FILES.encoder, RUN_FILES.decoder];
  const further = hasMixture ? [] : [RUN_FILES.classifier, RUN_FILES.latents];
  checkHolds(run, [...needed, ...further], { action: "explore" });
  const [encoder, decoder] = await Promise.all(needed.map((name) => run.read(name)));
  const outlierModel = await modelOfOutliers(run);
  const latents = RUN_FILES.latents in files ? spread(await readLatents(run)) : undefined;
  if (hasMixture) {
    return {
      encoder: encoder.slice(),
      decoder: decoder.slice(),
      outlierModel,
      classifier: await readMixture(run),
      latents,
    };
  }
  const { z, labels, labelled } = latents!;
  const components = Math.min(COMPONENTS, z.shape[1]);
  const axes = principalComponents(z, { components });
  const predicted = labels ?? labelled!.labels;
  const classes = classesOf(run).filter((label) => predicted.includes(label));
  const classifier = normalDistributions(axes.projected, { predicted, classes });
  const { labels: shown } = classifyLatents(classifier, axes.projected);
  const agree = shown.filter((label, i) => label === predicted[i]).length / shown.length;
  return {
    encoder: ofComponents(encoder, axes),
    decoder: fromComponents(decoder, axes),
    outlierModel,
    classifier,
    latents: {
      z: axes.projected,
      ...labelled && { labelled: { z: project(labelled.z, axes), labels: labelled.labels } },
    },
    note: `the first ${components} principal components of ${z.shape[1]} features; ` +
      "classes on this page are one normal distribution each and agree with classifier.onnx on " +
      `${(100 * agree).toFixed(1)} % of the training images`,
  };
}

/** The classifier of a run, if it has the output `outlier_score`. */
async function modelOfOutliers(run: Run): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!(RUN_FILES.classifier in run.manifest.files)) return undefined;
  const bytes = await run.read(RUN_FILES.classifier);
  const { graph } = decodeModel(bytes);
  return graph.outputs.some(({ name }) => name === "outlier_score") ? bytes.slice() : undefined;
}

/**
 * Points and labels of at most `MAX_POINTS` training images, evenly spread, as they often come sorted
 * by class; what limits follow from is kept of all.
 */
function spread(latents: Latents): Latents {
  const { z, labels } = latents;
  const [count] = z.shape;
  if (count <= MAX_POINTS) return latents;
  const rows = Array.from({ length: MAX_POINTS }, (_, i) => Math.floor(i * count / MAX_POINTS));
  return {
    ...latents,
    z: take(z, rows),
    ...labels && { labels: Int32Array.from(rows, (row) => labels[row]) },
  };
}

type Axes = Pick<PrincipalComponents, "mean" | "directions">;

/** `[components, features]` */
function matrixOf({ mean, directions }: Axes): NdArray<"float32"> {
  const shape = [directions.length, mean.length];
  return ndarray("float32", shape, Float32Array.from(directions.flatMap((each) => [...each])));
}

/** An encoder whose `z_mean` are principal components. */
function ofComponents(bytes: Uint8Array, axes: Axes): Uint8Array<ArrayBuffer> {
  const encoder = decodeModel(bytes);
  const builder = new GraphBuilder({ name: "encoder" });
  const { op } = builder;
  const { shape } = encoder.graph.inputs[0];
  const images = builder.input("images", "float32", shape);
  const { z_mean: features } = builder.inline(encoder.graph, { images });
  const centred = op.Sub(features, builder.constant(meanOf(axes)));
  const z = op.MatMul(centred, op.Transpose(builder.constant(matrixOf(axes)), { perm: [1, 0] }));
  builder.output("z_mean", z, "float32", [shape[0], axes.directions.length]);
  return encodeModel({ ...encoder, graph: builder.build() }).slice();
}

/** A decoder of principal components: features are not negative. */
function fromComponents(bytes: Uint8Array, axes: Axes): Uint8Array<ArrayBuffer> {
  const decoder = decodeModel(bytes);
  const builder = new GraphBuilder({ name: "decoder" });
  const { op } = builder;
  const [output] = decoder.graph.outputs;
  const z = builder.input("z", "float32", [output.shape[0], axes.directions.length]);
  const moved = op.Add(
    op.MatMul(z, builder.constant(matrixOf(axes))),
    builder.constant(meanOf(axes)),
  );
  const { images } = builder.inline(decoder.graph, { z: op.Relu(moved) });
  builder.output("images", images, "float32", output.shape);
  return encodeModel({ ...decoder, graph: builder.build() }).slice();
}

function meanOf({ mean }: Axes): NdArray<"float32"> {
  return ndarray("float32", [mean.length], Float32Array.from(mean));
}

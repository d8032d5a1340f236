import * as tf from "@tensorflow/tfjs-core";
import { nearestNeighbours } from "../../lib/classical/nearest_neighbours.ts";
import { neighbourCount } from "../../lib/classical/neighbour_graph.ts";
import { type Images, toUint8 } from "../../lib/data/mod.ts";
import { resizeImages } from "../../lib/data/resize.ts";
import { fitLeadingComponents } from "../../lib/embedding/leading_components.ts";
import { joinBlocks, meanLength } from "../../lib/features/blocks.ts";
import { colourHistograms } from "../../lib/features/colours.ts";
import { fitHogComponents, hogFeatures } from "../../lib/features/hog_features.ts";
import { layOut } from "../../lib/labelling/lay_out.ts";
import { describeSpace } from "../../lib/labelling/labelling_space.ts";
import { fitOutlierDetector, outlierWarnings } from "../../lib/latent/fit_outlier_detector.ts";
import type { NdArray } from "../../lib/array/ndarray.ts";
import { encodeLabelling } from "../../lib/run/labelling_file.ts";
import { RUN_FILES } from "../../lib/run/run_folder.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { encodeImages } from "../../lib/runtime/run_images.ts";
import type { FewLabelsData } from "../data/roles.ts";
import { scoredImages, scoreReconstruction } from "./reconstruction_scores.ts";
import type { Context, Outcome } from "./system.ts";
import { learnFeatures } from "./few_labels/learn.ts";
import { buildNetworks, FEATURES } from "./few_labels/networks.ts";
import { type Plan, prepareImages } from "./few_labels/plan.ts";
import { reconstructionStep } from "./few_labels/reconstruct.ts";
import {
  buildEncoder,
  buildUnlabelled,
  describePoints,
  type PointsOfImages,
} from "./few_labels/unlabelled_graphs.ts";

/** Principal components that images are described by: one normal distribution a class is enough there. */
const LATENT_DIM = 50;

/** The side of the images that are shown, at most, and the bytes of all of them. */
const THUMBNAIL_SIDE = 64;
const THUMBNAIL_BYTES = 2 ** 28;

/**
 * Learns from images without a label: the features of `few-labels`, where each image lies among the
 * others, and a decoder. The run waits for `deno task label`.
 */
export async function learnUnlabelled(
  { train, test }: FewLabelsData,
  { plan, context }: { plan: Plan; context: Context },
): Promise<Outcome> {
  const { seed, session } = context;
  const threads = session.threads ?? 0;
  const images = prepareImages(train, plan);
  const [count, height, width, channels] = images.shape;
  const latentDim = Math.min(LATENT_DIM, count - 1);
  const { head: _, ...networks } = buildNetworks([height, width, channels], {
    classes: 1,
    decoded: latentDim,
    seed,
  });
  context.checkNetworks(networks);
  await learnFeatures(images, networks, { plan, context });
  const input = { shape: [null, height, width, channels], range: [0, 1] } as const;
  const network = await context.export(
    ({ images }) => ({ z_mean: networks.encoder.apply(images) as tf.Tensor }),
    {
      name: "encoder",
      description: `Maps straight images to ${FEATURES} features`,
      inputs: { images: input },
    },
  );
  const points = await fitPoints(images, { ...plan, network }, { latentDim, seed, threads });
  const encoder = buildEncoder(points);
  const sessions = { encoder: await createSession(encoder, session) };
  const z = await encodeImages(sessions.encoder, train);
  await context.train(reconstructionStep(networks.decoder), {
    examples: { z, images },
    scalars: { learningRate: () => 1e-3 },
  }, {
    phase: "reconstruct",
    epochs: Math.ceil(plan.contrastSteps / Math.floor(count / plan.batchSize)),
    batchSize: plan.batchSize,
  });
  const decoder = await context.export(({ z }) => {
    const images = networks.decoder.apply(z) as tf.Tensor;
    return { images: plan.invert ? tf.sub(1, images) : images };
  }, {
    name: "decoder",
    description: `Maps ${latentDim} components to images of ${height}x${width}x${channels}`,
    inputs: { z: { shape: [null, latentDim] } },
  });
  const outliers = await fitOutlierDetector(train, describePoints(points), { seed, session });
  const k = neighbourCount(count);
  const neighbours = await nearestNeighbours(z, z, { k, excludeSelf: true, threads });
  const map = await layOut(z, {
    seed,
    threads,
    onProgress: (done, total) => context.showProgress("map", done, total),
  });
  const { images: scored, scored: what, role } = scoredImages({
    train,
    validation: undefined,
    test: test?.images,
  });
  const decoding = await createSession(decoder, session);
  const { metrics, examples } = await scoreReconstruction(scored, {
    ...sessions,
    decoder: decoding,
  });
  await sessions.encoder.release();
  await decoding.release();
  return {
    models: {
      [RUN_FILES.encoder]: encoder,
      [RUN_FILES.decoder]: decoder,
      [RUN_FILES.unlabelled]: buildUnlabelled(points, outliers),
    },
    metrics: { ...metrics, scored: what },
    examples: { [role]: examples },
    latents: { z },
    latentDim,
    files: {
      [RUN_FILES.labelling]: encodeLabelling({
        space: describeSpace(z, neighbours, { seed }),
        map,
        thumbnails: thumbnailsOf(train),
      }),
    },
    warnings: outlierWarnings(count),
  };
}

/**
 * Fits the components of histograms and features to straight images, and of histograms of colours
 * where images have colours. These help much on patches of photographs, with 20 labels of CIFAR-10 a
 * little and with 100 not at all; other sets were not tried.
 */
async function fitPoints(
  images: Images,
  given: Pick<PointsOfImages, "network" | "invert" | "deskew" | "colour">,
  { latentDim, seed, threads }: { latentDim: number; seed: number; threads: number },
): Promise<PointsOfImages> {
  const session = await createSession(given.network, { threads });
  const features = await encodeImages(session, images);
  await session.release();
  const histograms = await fitHogComponents(images, { seed, threads });
  const blocks = [
    await hogFeatures(images, histograms, { threads }),
    features,
    ...given.colour ? [colourHistograms(images)] : [],
  ];
  const lengths = blocks.map(meanLength);
  const components = await fitLeadingComponents(joinBlocks(blocks, lengths), {
    components: latentDim,
    seed,
    threads,
  });
  const { network, invert, deskew, colour } = given;
  return { network, invert, deskew, colour, histograms, lengths, components };
}

/** The images as they are shown, smaller if they are large or many. */
function thumbnailsOf(images: Images): NdArray<"uint8"> {
  const [count, height, width, channels] = images.shape;
  const most = Math.min(THUMBNAIL_SIDE, Math.sqrt(THUMBNAIL_BYTES / count / channels));
  const scale = Math.min(1, most / Math.max(height, width));
  const size = (side: number) => Math.max(1, Math.round(scale * side));
  return toUint8(resizeImages(images, { height: size(height), width: size(width) }));
}

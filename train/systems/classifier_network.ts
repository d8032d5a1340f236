import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import type { LabelledImages } from "../../lib/data/mod.ts";
import type { Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { encodeImages } from "../../lib/runtime/run_images.ts";
import type { FeedExamples } from "../core/feed.ts";
import { scheduled } from "../core/schedules.ts";
import type { Networks } from "../core/variables.ts";
import type { LabelledData } from "../data/roles.ts";
import type { Classification } from "../networks/classification.ts";
import {
  buildCnn,
  buildHead,
  buildOnFeatures,
  type Cnn,
  type HeadOptions,
} from "../networks/cnn.ts";
import { labelIndices } from "./label_indices.ts";
import type { Context } from "./system.ts";
import { joinEncoder, rebuildEncoder, type RunEncoder } from "./classifier_encoder.ts";
import { augmentedImages, type ClassifierValues } from "./classifier_options.ts";

/** What {@linkcode trainNetwork} gives. */
interface TrainedNetwork {
  /** From `images` to `probabilities` and `features`. */
  readonly network: OnnxModel;
  /** Where the network has maps. */
  readonly gradCam?: OnnxModel;
}

interface NetworkOptions {
  readonly options: ClassifierValues & {
    readonly hidden: readonly number[];
    readonly epochs: number;
    readonly patience: number;
  };
  readonly classes: readonly number[];
  readonly encoder: RunEncoder | undefined;
  readonly context: Context;
}

/** Trains a network of the images, or of the latents that a frozen encoder gives once. */
export async function trainNetwork(
  { train, validation }: LabelledData,
  { options, classes, encoder, context }: NetworkOptions,
): Promise<TrainedNetwork> {
  const { seed } = context;
  const imageShape = train.images.shape.slice(1) as [number, number, number];
  const headOptions: HeadOptions = {
    ...options,
    seed,
    classWeights: weightsOf(train.labels, classes, options.classWeights),
  };
  const labelsOf = ({ labels }: LabelledImages) => ({ labels: labelIndices(labels, classes) });
  const weight = train.weights && { weight: meanOne(train.weights) };
  const fit = async (
    model: Classification & { readonly networks: Networks },
    examplesOf: (part: LabelledImages, epoch?: number) => FeedExamples,
  ) => {
    context.checkNetworks(model.networks);
    const steps = options.epochs * context.stepsPerEpoch(train.labels.length);
    const scalars = { learningRate: scheduled(options, steps) };
    const labels = { ...labelsOf(train), ...weight };
    await context.train(model.step, {
      examples: (epoch) => ({ ...examplesOf(train, epoch), ...labels }),
      scalars,
    }, {
      phase: "train",
      epochs: options.epochs,
      patience: options.patience,
      validation: validation && {
        feed: { examples: { ...examplesOf(validation), ...labelsOf(validation) }, scalars },
        losses: model.losses,
      },
    });
  };
  if (encoder !== undefined && !options.fineTune) {
    const session = await createSession(encoder.model, context.session);
    const latents = new Map<LabelledImages, NdArray<"float32">>();
    for (const part of validation ? [train, validation] : [train]) {
      latents.set(part, await encodeImages(session, part.images));
    }
    await session.release();
    const featureShape = latents.get(train)!.shape.slice(1);
    const model = buildHead(featureShape, headOptions);
    await fit(model, (part) => ({ features: latents.get(part)! }));
    const head = await context.export(
      ({ features }) => ({ probabilities: model.probabilities(features) }),
      {
        name: "network",
        description: "Probabilities of latents",
        inputs: { features: { shape: [null, ...featureShape] } },
      },
    );
    return { network: joinEncoder(encoder.model, head) };
  }
  const model = encoder === undefined
    ? buildCnn(imageShape, { ...headOptions, filters: options.filters! })
    : buildOnFeatures(rebuildEncoder(encoder), {
      ...headOptions,
      random: new Random(seed, "weights"),
    });
  await fit(model, ({ images }, epoch) => ({
    images: epoch !== undefined && options.augment
      ? augmentedImages(images, options, { seed, epoch })
      : images,
  }));
  return await exportCnn(model, imageShape, context);
}

async function exportCnn(model: Cnn, imageShape: readonly number[], context: Context) {
  const inputs = { images: { shape: [null, ...imageShape], range: [0, 1] } } as const;
  const shape = imageShape.join("x");
  const network = await context.export(
    ({ images }) => ({
      probabilities: model.probabilities(images),
      features: model.pooled(images),
    }),
    { name: "network", description: `Probabilities and features of images of ${shape}`, inputs },
  );
  const hasMaps = model.networks.features.outputs[0].shape.length === 4;
  if (!hasMaps) return { network };
  const gradCam = await context.export(({ images }) => ({ heat: model.gradCam(images) }), {
    name: "grad_cam",
    description:
      `Maps images of ${shape}, pixels in [0, 1], to where the network looks for the class that it predicts (Selvaraju et al., "Grad-CAM", 2017)`,
    inputs,
  });
  return { network, gradCam };
}

/** The weight of each class, whose mean over the images is 1. */
function weightsOf(
  labels: Int32Array,
  classes: readonly number[],
  kind: "none" | "balanced",
): number[] {
  return classes.map((label) => {
    const count = labels.reduce((sum, other) => sum + (other === label ? 1 : 0), 0);
    return kind === "none" ? 1 : labels.length / (classes.length * count);
  });
}

/** Weights whose mean is 1, so that the learning rate means the same with them. */
function meanOne(weights: Float32Array): NdArray<"float32"> {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return ndarray("float32", [weights.length], weights.map((weight) => weight / mean));
}

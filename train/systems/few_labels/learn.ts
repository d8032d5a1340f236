import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../../lib/array/ndarray.ts";
import { join, slice } from "../../../lib/array/rows.ts";
import { type Images, toFloat32 } from "../../../lib/data/mod.ts";
import type { HeldOut } from "../../../lib/latent/held_out.ts";
import { joinBlocks } from "../../../lib/features/blocks.ts";
import { TRUE_COLOUR } from "../../../lib/data/augmentations.ts";
import { colourHistograms } from "../../../lib/features/colours.ts";
import { fitHogComponents, hogFeatures } from "../../../lib/features/hog_features.ts";
import { chunkRows } from "../../../lib/runtime/run_images.ts";
import { createSession, type SessionOptions } from "../../../lib/runtime/mod.ts";
import type { Feed } from "../../core/feed.ts";
import type { Step } from "../../core/step.ts";
import { namedVariables } from "../../core/variables.ts";
import { exportFunction } from "../../export/export_function.ts";
import { contrastStep } from "./contrast.ts";
import { augmentedViews, stepsPerEpoch, targetBatchSize, targetViews } from "./feed.ts";
import type { FewLabelsNetworks } from "./networks.ts";
import { predictHeldOut } from "./held_out.ts";
import type { Plan } from "./plan.ts";
import { propagate, type Propagated } from "./propagate.ts";
import { buildRefinement } from "./refine.ts";
import { meanPosteriors, setLabels, sharpTargets } from "./targets.ts";

/** What the training of a phase needs from whoever runs it. */
export interface LearnContext {
  readonly seed: number;
  readonly session: SessionOptions;
  /** Trains some epochs of a phase; gives nothing back but trained variables. */
  train(
    step: Step,
    feed: Feed,
    phase: {
      readonly phase: string;
      readonly epochs: number;
      readonly batchSize: number;
      readonly shuffle: boolean;
    },
  ): Promise<unknown>;
}

/** Images to learn from. */
export interface LearnData {
  /** Labelled images first, smaller and deskewed if the plan says so, `[count, height, width, channels]`. */
  readonly images: Images;
  /** The class of each of the first images, from 0. */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** What each part says of every image, `[count, classes]`. */
export interface LearnResult {
  /** Spread on histograms of gradients. */
  readonly histograms: Propagated;
  /** Spread on histograms of colours, where these tell classes apart. */
  readonly colours: Propagated | undefined;
  /** Spread on histograms and features learned without labels. */
  readonly features: Propagated;
  /** Each labelled image, predicted from the others on the same. */
  readonly heldOut: HeldOut;
  /** Spread on histograms and refined features. */
  readonly refined: Propagated;
  readonly network: NdArray<"float32">;
  /** The mean of all. */
  readonly combined: NdArray<"float32">;
}

/**
 * Colours count where near and far spreading on them agree so well: 0.86 to 0.98 on patches of
 * photographs, 0.74 to 0.83 on CIFAR-10 and where colours are random, which they made worse.
 */
const COLOUR_AGREEMENT = 0.845;

/** Rounds of the refinement: before each, labels are spread anew on what was learned. */
const ROUNDS = 4;

/** Options for {@linkcode learnFeatures} and {@linkcode learnClasses}. */
export interface LearnOptions {
  readonly plan: Plan;
  readonly context: LearnContext;
}

/** Trains the encoder by contrast between augmented views of images: no label is used. */
export async function learnFeatures(
  images: Images,
  networks: Omit<FewLabelsNetworks, "head">,
  { plan: { augmentation, batchSize, contrastSteps }, context }: LearnOptions,
): Promise<void> {
  const views = augmentedViews(images, { augmentation, batchSize, seed: context.seed });
  await context.train(contrastStep(networks), {
    examples: (epoch) => {
      const { first, second } = views(epoch);
      return { first, second };
    },
    scalars: { learningRate: (step) => contrastRate(step, contrastSteps) },
  }, {
    phase: "contrast",
    epochs: Math.ceil(contrastSteps / stepsPerEpoch(images, batchSize)),
    batchSize,
    shuffle: false,
  });
}

/**
 * Learns classes from a few labels, with an encoder that {@linkcode learnFeatures} has trained, and
 * leaves the averaged weights in the networks.
 *
 * 1. Labels are spread on histograms of gradients and the encoder's features side by side. Of images
 *    in colour, which both hardly see, they are spread on histograms of colours too. Where colours
 *    tell classes apart, what is spread anew is averaged with that and with the spreading on
 *    gradients alone, and augmentation leaves colours as they are.
 * 2. In rounds, encoder and head learn the spread labels, and these are spread anew.
 * 3. A last round learns the mean of all answers, so that one network knows what all know.
 */
export async function learnClasses(
  { images, labels, classes }: LearnData,
  networks: FewLabelsNetworks,
  { plan, context }: LearnOptions,
): Promise<LearnResult> {
  const { seed, session } = context;
  const { batchSize } = plan;
  const spreading = { labels, classes, seed, threads: session.threads ?? 0 };
  const components = await fitHogComponents(images, spreading);
  const hog = await hogFeatures(images, components, spreading);
  const histograms = await propagate(hog, spreading);
  const palette = plan.colour ? colourHistograms(images) : undefined;
  const byColour = palette && await propagate(palette, spreading);
  const colours = byColour && byColour.agreement >= COLOUR_AGREEMENT ? byColour : undefined;
  const augmentation = colours === undefined
    ? plan.augmentation
    : { ...TRUE_COLOUR, mirror: plan.augmentation.mirror === true };
  const learned = async () => {
    const { features } = await applyNetworks(networks, images, session);
    return joinBlocks([hog, features]);
  };
  const spread = async () => await propagate(await learned(), spreading);
  const labelFree = await learned();
  const features = await propagate(labelFree, spreading);
  const heldOut = await predictHeldOut(
    palette === undefined || colours === undefined ? [labelFree] : [hog, palette, labelFree],
    spreading,
  );
  const withColours = ({ posteriors }: Propagated) =>
    colours === undefined
      ? posteriors
      : meanPosteriors([histograms.posteriors, colours.posteriors, posteriors]);
  let now = features;
  const refinement = buildRefinement(networks);
  const epochSteps = stepsPerEpoch(images, batchSize);
  const roundEpochs = Math.max(1, Math.round(plan.refineSteps / ROUNDS / epochSteps));
  const steps = roundEpochs * (ROUNDS + 1) * epochSteps;
  const size = targetBatchSize(labels.length, batchSize);
  let answers: Pick<LearnResult, "refined" | "network" | "combined"> | undefined;
  for (let round = 0; round <= ROUNDS; round++) {
    let targets = sharpTargets({ posteriors: withColours(now), prior: now.prior }, labels);
    if (round === ROUNDS) {
      const network = (await refinement.withAverages(() =>
        applyNetworks(networks, images, session)
      )).probabilities;
      const combined = meanPosteriors([
        histograms.posteriors,
        ...colours === undefined ? [] : [colours.posteriors],
        features.posteriors,
        now.posteriors,
        network,
      ]);
      setLabels(combined, labels);
      answers = { refined: now, network, combined };
      targets = sharpTargets({ posteriors: combined, prior: now.prior }, labels);
    }
    const before = round * roundEpochs * epochSteps;
    await context.train(refinement.step, {
      examples: targetViews({ images, ...targets }, { augmentation, batchSize, seed }),
      scalars: {
        learningRate: (step) => refineRate(before + step, steps),
        decay: (step) => Math.min(0.99, (before + step + 1) / (before + step + 10)),
      },
    }, {
      // Losses of two rounds cannot be compared: their targets differ.
      phase: `refine ${round + 1}`,
      epochs: roundEpochs,
      batchSize: size,
      shuffle: false,
    });
    if (round < ROUNDS) now = await refinement.withAverages(spread);
  }
  refinement.keepAverages();
  return { histograms, colours, features, heldOut, ...answers! };
}

/** Rises over 100 steps, then falls along a cosine. */
function contrastRate(step: number, steps: number): number {
  const cosine = (1 + Math.cos(Math.PI * Math.min(1, step / steps))) / 2;
  return 2e-3 * (Math.min(1, (step + 1) / 100) * cosine + 0.01);
}

function refineRate(step: number, steps: number): number {
  return 1e-3 * ((1 + Math.cos(Math.PI * Math.min(1, step / steps))) / 2 + 0.02);
}

/** Features and probabilities of all images, with the weights as they are. */
export async function applyNetworks(
  { encoder, head }: FewLabelsNetworks,
  images: Images,
  options: SessionOptions,
): Promise<{ features: NdArray<"float32">; probabilities: NdArray<"float32"> }> {
  const [count, ...shape] = images.shape;
  const { model } = await exportFunction(({ images }) => {
    const features = encoder.apply(images) as tf.Tensor;
    return { features, probabilities: tf.softmax(head.apply(features) as tf.Tensor) };
  }, {
    inputs: { images: { shape: [null, ...shape] } },
    parameters: namedVariables({ encoder, head }),
    verify: false,
  });
  const session = await createSession(model, options);
  const features: NdArray<"float32">[] = [];
  const probabilities: NdArray<"float32">[] = [];
  const step = chunkRows(images.shape);
  for (let start = 0; start < count; start += step) {
    const chunk = toFloat32(slice(images, start, Math.min(count, start + step)));
    const answer = await session.run({ images: chunk });
    features.push(answer.features as NdArray<"float32">);
    probabilities.push(answer.probabilities as NdArray<"float32">);
  }
  await session.release();
  return { features: join(features), probabilities: join(probabilities) };
}

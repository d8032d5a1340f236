import * as tf from "@tensorflow/tfjs-core";
import { join, slice } from "../../lib/array/rows.ts";
import { argMaxRows } from "../../lib/array/stats.ts";
import { fitTiedGaussians } from "../../lib/classical/tied_gaussians.ts";
import type { OptionTable } from "../../lib/command/flags.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { classesOf, type Images } from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import { type Selection, selectLatentClassifier } from "../../lib/latent/mod.ts";
import { fitOutlierDetector } from "../../lib/latent/fit_outlier_detector.ts";
import { buildClassifier, describeImages, withPreparation } from "./few_labels/graphs.ts";
import { applyNetworks, learnClasses, learnFeatures } from "./few_labels/learn.ts";
import { buildNetworks, FEATURES } from "./few_labels/networks.ts";
import { chooseShrink, planTraining, prepareImages, smallImages } from "./few_labels/plan.ts";
import { learnUnlabelled } from "./few_labels_unlabelled.ts";
import { leftOpen } from "./fit_to_data.ts";
import { scoreOtherSamples } from "./few_labels/other_samples.ts";
import { reconstructionStep } from "./few_labels/reconstruct.ts";
import { selectionMetrics } from "./latent_scores.ts";
import { scoreModels } from "./few_labels_scores.ts";
import { summarizeSamples } from "./label_samples.ts";
import { namedVariables } from "../core/variables.ts";
import { readVariables, writeVariables } from "../record/variables.ts";
import { type Context, defineSystem, type Outcome } from "./system.ts";

const options = {
  effort: {
    kind: "number",
    description:
      "Multiplies the number of training steps, which is chosen from the number of images",
    default: 1,
    above: 0,
  },
  shrink: {
    kind: "integer",
    description:
      "Downscale images by this factor before training; 1 keeps every pixel; by default sides of 64 pixels or more become 32 to 63",
    min: 1,
  },
  classifier: {
    kind: "choice",
    choices: ["network", "mixture"],
    description:
      "What classifies: the network that learned the spread labels, or a Gaussian mixture on its features, to compare",
    default: "network",
  },
} as const satisfies OptionTable;

/** Below this agreement of near and far spreading, classes overlap. */
const CLEAR_AGREEMENT = 0.87;

/** The system `few-labels`. */
export const fewLabels = defineSystem({
  description:
    "Learns features from unlabelled images by contrast, spreads a few labels over all images, and trains one network on them",
  options,
  needs: "few-labels",
  ignores: {
    validationSplit: "learns from all images, and no loss stops it",
    dropRemainder: "compares the images of a batch with each other: all batches are of one size",
  },
  async run(data, { effort, classifier, ...given }, context): Promise<Outcome> {
    const { labelled, train, validation } = data;
    const { seed, session } = context;
    const threads = session.threads ?? 0;
    const planFor = async (images: Images) => {
      const decided = await planTraining(images, {
        seed,
        threads,
        batchSize: context.givenBatchSize,
      });
      return {
        ...decided,
        contrastSteps: Math.ceil(effort * decided.contrastSteps),
        refineSteps: Math.ceil(effort * decided.refineSteps),
      };
    };
    if (labelled.labels.length === 0) {
      if (given.shrink !== undefined && given.shrink > 1) {
        throw new InputError(
          "Cannot use --shrink without labels: images are learned as they come then, --size makes them smaller",
        );
      }
      return await learnUnlabelled(data, { plan: await planFor(train), context });
    }
    const classes = classesOf(labelled.labels);
    if (classes.length < 2) {
      throw new InputError(
        `Cannot train few-labels: all labelled images have label ${
          context.classNames?.[classes[0]] ?? classes[0]
        }, at least two classes are needed`,
      );
    }
    if (classifier === "mixture" && data.labelSamples.length > 0) {
      throw new InputError(
        "Cannot score other samples of labels with --classifier mixture: --classifier network, or no --label-samples, is needed",
      );
    }
    const labels = labelled.labels.map((label) => classes.indexOf(label));
    const parts = [labelled.images, train, ...validation ? [validation] : []];
    const size = train.shape.slice(1);
    const shrink = chooseShrink(size, given.shrink);
    const all = join(parts.map((part) => smallImages(part, shrink)));
    const plan = await planFor(all);
    if (shrink > 1) {
      const open = { shrink: given.shrink, batchSize: context.givenBatchSize };
      context.choose(leftOpen(open, { shrink, batchSize: plan.batchSize }));
    }
    const images = prepareImages(all, plan);
    const [height, width, channels] = images.shape.slice(1);
    const networks = buildNetworks([height, width, channels], { classes: classes.length, seed });
    context.checkNetworks({ ...networks });
    await learnFeatures(images, networks, { plan, context });
    const weights = namedVariables({ ...networks });
    const withoutLabels = await readVariables(weights);
    const found = await learnClasses({ images, labels, classes: classes.length }, networks, {
      plan,
      context,
    });

    const { features } = await applyNetworks(networks, images, session);
    const gaussians = await fitTiedGaussians(
      features,
      argMaxRows(found.combined.data, classes.length),
      { classes: classes.length, threads },
    );
    await context.train(reconstructionStep(networks.decoder), {
      examples: { z: features, images },
      scalars: { learningRate: () => 1e-3 },
    }, {
      phase: "reconstruct",
      // As many steps as the contrast, each of them some twenty times as cheap.
      epochs: Math.ceil(plan.contrastSteps / Math.floor(images.shape[0] / plan.batchSize)),
      batchSize: plan.batchSize,
    });

    const input = { shape: [null, height, width, channels], range: [0, 1] } as const;
    const shape = `${height}x${width}x${channels}`;
    const encode = (images: tf.Tensor) => networks.encoder.apply(images) as tf.Tensor;
    const straight = [
      ...shrink > 1 ? ["smaller"] : [],
      ...plan.invert ? ["inverted"] : [],
      ...plan.deskew ? ["deskewed"] : [],
      "images",
    ].join(" ");
    const encoder = await context.export(({ images }) => ({ z_mean: encode(images) }), {
      name: "encoder",
      description: `Maps ${straight} of ${shape}, pixels in [0, 1], to ${FEATURES} features`,
      inputs: { images: input },
    });
    const network = await context.export(({ images }) => {
      const features = encode(images);
      const probabilities = tf.softmax(networks.head.apply(features) as tf.Tensor);
      return { z_mean: features, probabilities };
    }, {
      name: "network",
      description: `Maps ${straight} of ${shape} to features and probabilities`,
      inputs: { images: input },
    });
    const decoder = await context.export(
      ({ z }) => {
        const decoded = networks.decoder.apply(z) as tf.Tensor4D;
        const images = plan.invert ? tf.sub(1, decoded) as tf.Tensor4D : decoded;
        if (shrink === 1) return { images };
        const [rows, columns] = size;
        return { images: tf.image.resizeBilinear(images, [rows, columns], false, true) };
      },
      {
        name: "decoder",
        description: `Maps ${FEATURES} features to ${plan.deskew ? "deskewed " : ""}images of ${
          size.join("x")
        }, pixels in [0, 1]`,
        inputs: { z: { shape: [null, FEATURES] } },
      },
    );
    const outliers = await fitOutlierDetector(all, describeImages(network, plan), {
      seed,
      session,
    });
    const selection = classifier === "mixture"
      ? await selectMixture(features, labelled.labels, context)
      : undefined;
    const mixture = selection?.classifier;
    const answering = { ...plan, size, shrink, classes, gaussians, mixture, outliers };
    const models = {
      "encoder.onnx": withPreparation(encoder, { ...plan, size, shrink }),
      "decoder.onnx": decoder,
      "classifier.onnx": buildClassifier(network, { ...answering, input: "float32" }),
      "classifier_uint8.onnx": buildClassifier(network, { ...answering, input: "uint8" }),
    };
    const overlap = Math.round(100 * (1 - found.features.agreement));
    const scored = await scoreModels(models, data, {
      context,
      heldOut: {
        ...found.heldOut,
        labels: found.heldOut.labels.map((index) => classes[index]),
      },
    });
    if (selection !== undefined) scored.metrics.selection = selectionMetrics(selection);
    if (data.test !== undefined && data.labelSamples.length > 0) {
      const learned = await readVariables(weights);
      const rest = slice(images, labels.length, images.shape[0]);
      const others = await scoreOtherSamples(
        { samples: data.labelSamples, rest, shrink, test: data.test, classes },
        { ...networks, restore: () => writeVariables(weights, withoutLabels) },
        { plan, context },
      );
      scored.metrics.classification!.labelSamples = summarizeSamples(others);
      writeVariables(weights, learned);
    }
    return {
      models,
      classes,
      latentDim: FEATURES,
      ...scored,
      warnings: [
        ...found.features.agreement < CLEAR_AGREEMENT
          ? [
            `classes overlap: two ways to spread the labels disagree on ${overlap} % of the images, ` +
            "so do not rely on single predictions: label more images, those between classes first " +
            "(deno task explore shows them)",
          ]
          : [],
        ...scored.warnings,
      ],
    };
  },
});

/**
 * Chooses a mixture on features, `[count, FEATURES]`, labelled ones first. Labels have shaped the
 * features: how well it predicts held-out ones says little.
 */
async function selectMixture(
  features: NdArray<"float32">,
  labels: Int32Array,
  context: Context,
): Promise<Selection> {
  const points = ndarray("float64", features.shape, Float64Array.from(features.data));
  const latents = slice(points, 0, labels.length);
  const rest = slice(points, labels.length, points.shape[0]);
  return await selectLatentClassifier(rest, { latents, labels }, {
    seed: context.seed,
    onProgress: (done, total) => context.showProgress("mixtures", done, total),
  });
}

import type { NdArray } from "../../lib/array/ndarray.ts";
import { maxRows } from "../../lib/array/stats.ts";
import type { OptionTable } from "../../lib/command/flags.ts";
import { classesOf, toFloat32 } from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import { fitOutlierDetector, outlierWarnings } from "../../lib/latent/fit_outlier_detector.ts";
import { scorePredictions } from "../../lib/metrics/classification.ts";
import { pickExamples } from "../../lib/run/examples.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { classifyImages } from "../../lib/runtime/run_images.ts";
import { SCHEDULES } from "../core/schedules.ts";
import { augmentationOptions, augmentedCopies } from "./augmentation.ts";
import { buildCnn } from "../networks/cnn.ts";
import { labelIndices } from "./label_indices.ts";
import { describeFeatures, withLabels } from "./label_graph.ts";
import { outlierMetrics } from "./outlier_metrics.ts";
import { fitEpochs, fitFilters, leftOpen } from "./fit_to_data.ts";
import { defineSystem, type Outcome } from "./system.ts";

const options = {
  filters: {
    kind: "integers",
    description:
      "Filters of the convolutions, each of stride 2; by default 16,32 and on until maps are 8x8",
    min: 1,
  },
  dropout: {
    kind: "number",
    description: "Share of the features that a training step drops",
    default: 0.3,
    min: 0,
    max: 0.9,
  },
  l2: {
    kind: "number",
    description: "Weight of the sum of the squared kernels in the loss",
    default: 1e-4,
    min: 0,
  },
  classWeights: {
    kind: "choice",
    choices: ["none", "balanced"],
    description: "Weights of the classes in the loss: equal, or the inverse of each class's share",
    default: "none",
  },
  augment: { kind: "boolean", description: "Train on augmented copies", default: true },
  ...augmentationOptions,
  epochs: {
    kind: "integer",
    description:
      "Passes over the training images; by default 8, and more where these are less than 500 steps",
    min: 1,
  },
  learningRate: {
    kind: "number",
    description: "Of Adam; it falls along a cosine",
    default: 3e-3,
    above: 0,
  },
  patience: {
    kind: "integer",
    description:
      "Stop after this many epochs without a lower validation loss, and restore the best epoch; 0 never does; by default 3, and more where these are less than 150 steps",
    min: 0,
  },
} as const satisfies OptionTable;

/** The system `classifier`: a convolutional network, and Grad-CAM to see where it looks. */
export const classifier = defineSystem({
  description: "Trains a convolutional network on labelled images to classify",
  options,
  needs: "labels",
  async run({ train, validation, test }, options, context): Promise<Outcome> {
    const [count, height, width, channels] = train.images.shape;
    const { dropout, l2, augment } = options;
    const { seed, classNames, batchSize } = context;
    const size = { count, batchSize };
    const filters = options.filters ?? fitFilters([height, width, channels]);
    const epochs = options.epochs ?? fitEpochs(size, { epochs: 8, steps: 500 });
    const patience = options.patience ?? fitEpochs(size, { epochs: 3, steps: 150 });
    context.choose(leftOpen(options, { filters, epochs, patience }));
    const classes = classesOf(train.labels);
    if (classes.length < 2) {
      throw new InputError(
        `Cannot train classifier: all images have label ${
          classes[0]
        }, at least two classes are needed`,
      );
    }
    const model = buildCnn([height, width, channels], {
      filters,
      dropout,
      l2,
      seed,
      classWeights: weightsOf(train.labels, classes, options.classWeights),
    });
    context.checkNetworks(model.networks);
    const steps = epochs * Math.floor(count / batchSize);
    const scalars = {
      learningRate: (step: number) =>
        SCHEDULES.cosine(step, { steps, learningRate: options.learningRate }),
    };
    const labels = labelIndices(train.labels, classes);
    await context.train(model.step, {
      examples: augment
        ? (epoch) => ({ images: augmentedCopies(train.images, options, { seed, epoch }), labels })
        : { images: train.images, labels },
      scalars,
    }, {
      phase: "train",
      epochs,
      patience,
      validation: validation && {
        feed: {
          examples: { images: validation.images, labels: labelIndices(validation.labels, classes) },
          scalars,
        },
        losses: model.losses,
      },
    });
    model.dispose();

    const images = { shape: [null, height, width, channels], range: [0, 1] } as const;
    const shape = `${height}x${width}x${channels}`;
    const network = await context.export(
      ({ images }) => ({
        probabilities: model.probabilities(images),
        features: model.pooled(images),
      }),
      {
        name: "network",
        description: `Probabilities and features of images of ${shape}`,
        inputs: { images },
      },
    );
    const gradCam = await context.export(({ images }) => ({ heat: model.gradCam(images) }), {
      name: "grad_cam",
      description:
        `Maps images of ${shape}, pixels in [0, 1], to where the network looks for the class that it predicts (Selvaraju et al., "Grad-CAM", 2017)`,
      inputs: { images },
    });
    const named = classNames && { class_names: JSON.stringify(classNames) };
    const labelled = { ...network, metadata: { ...network.metadata, ...named } };
    const outliers = await fitOutlierDetector(train.images, describeFeatures(network), {
      seed,
      session: context.session,
    });
    const models = {
      "classifier.onnx": withLabels(labelled, { classes, outliers, input: "float32" }),
      "classifier_uint8.onnx": withLabels(labelled, { classes, outliers, input: "uint8" }),
      "grad_cam.onnx": gradCam,
    };
    const scored = test ?? validation ?? train;
    const classifying = await createSession(models["classifier.onnx"], context.session);
    const predictions = await classifyImages(classifying, scored.images, { floats: true });
    await classifying.release();
    const looking = await createSession(gradCam, context.session);
    const shown = pickExamples(scored);
    const { heat } = await looking.run({ images: toFloat32(shown) });
    await looking.release();
    return {
      networks: model.networks,
      classes,
      models,
      metrics: {
        scored: {
          count: scored.labels.length,
          split: test
            ? "test images, which the network has not seen"
            : validation
            ? "validation images, which decided when to stop"
            : "training images: no measure of unseen images",
        },
        classification: scorePredictions(scored.labels, {
          labels: predictions.labels,
          confidence: maxRows(predictions.probabilities),
        }),
        outliers: outlierMetrics(
          predictions.outlierScores!,
          Array.from(predictions.labels, (label, i) => label === scored.labels[i]),
        ),
      },
      warnings: outlierWarnings(count),
      examples: {
        [test || validation ? "test" : "train"]: {
          images: shown,
          heat: heat as NdArray<"float32">,
        },
      },
    };
  },
});

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

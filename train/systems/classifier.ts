import type { NdArray } from "../../lib/array/ndarray.ts";
import { maxRows } from "../../lib/array/stats.ts";
import { classesOf, type Images, toFloat32 } from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import { fitOutlierDetector, outlierWarnings } from "../../lib/latent/fit_outlier_detector.ts";
import { scorePredictions } from "../../lib/metrics/classification.ts";
import type { Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { pickExamples } from "../../lib/run/examples.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { classifyImages } from "../../lib/runtime/run_images.ts";
import { openEncoder } from "./classifier_encoder.ts";
import { trainNetwork } from "./classifier_network.ts";
import {
  classifierOptions,
  fitAugmentation,
  fitCnnFilters,
  fitHead,
} from "./classifier_options.ts";
import { fitEpochs, leftOpen } from "./fit_to_data.ts";
import { describeFeatures, withLabels } from "./label_graph.ts";
import { outlierMetrics } from "./outlier_metrics.ts";
import { type Context, defineSystem, type Outcome } from "./system.ts";

/** The system `classifier`: a convolutional network, and Grad-CAM to see where it looks. */
export const classifier = defineSystem({
  description: "Trains a convolutional network on labelled images to classify",
  options: classifierOptions,
  needs: "labels",
  async run(data, given, context): Promise<Outcome> {
    const { train, validation, test } = data;
    const [count, height, width, channels] = train.images.shape;
    const imageShape = [height, width, channels] as const;
    const classes = classesOf(train.labels);
    if (classes.length < 2) {
      throw new InputError(
        `Cannot train classifier: all images have label ${
          context.classNames?.[classes[0]] ?? classes[0]
        }, at least two classes are needed`,
      );
    }
    const { encoder: run, fineTune } = given;
    if (fineTune && run === undefined) {
      throw new InputError("Cannot use --fine-tune without --encoder: a run is needed");
    }
    const encoder = run === undefined ? undefined : await openEncoder(run, imageShape);
    const fitted = fitAugmentation(channels);
    const size = { count, batchSize: context.batchSize };
    const head = fitHead({ isFrozen: encoder !== undefined && !fineTune });
    const chosen = {
      hidden: given.hidden ?? head.hidden,
      epochs: given.epochs ?? fitEpochs(size, { epochs: head.epochs, steps: 500 }),
      patience: given.patience ?? fitEpochs(size, { epochs: head.patience, steps: 150 }),
      ...encoder === undefined && { filters: given.filters ?? fitCnnFilters(imageShape) },
      ...(encoder === undefined || fineTune) && given.augment && {
        rotation: given.rotation ?? fitted.rotation,
        scaling: given.scaling ?? fitted.scaling,
        flip: given.flip ?? fitted.flip,
      },
    };
    context.choose(leftOpen(given, chosen));
    const options = { ...given, ...chosen };
    const trained = await trainNetwork(data, { options, classes, encoder, context });

    const { network, gradCam } = trained;
    const outliers = await fitOutlierDetector(train.images, describeFeatures(network), {
      seed: context.seed,
      session: context.session,
    });
    const models = {
      "classifier.onnx": withLabels(network, { classes, outliers, input: "float32" }),
      "classifier_uint8.onnx": withLabels(network, { classes, outliers, input: "uint8" }),
      ...gradCam && { "grad_cam.onnx": gradCam },
    };
    const scored = test ?? validation ?? train;
    const classifying = await createSession(models["classifier.onnx"], context.session);
    const { labels, probabilities, outlierScores } = await classifyImages(
      classifying,
      scored.images,
      { floats: true },
    );
    await classifying.release();
    const shown = pickExamples(scored, { atLeastOneEach: true });
    return {
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
          labels,
          confidence: maxRows(probabilities),
        }),
        outliers: outlierMetrics(
          outlierScores!,
          Array.from(labels, (label, i) => label === scored.labels[i]),
        ),
      },
      warnings: outlierWarnings(count),
      examples: {
        [test || validation ? "test" : "train"]: {
          images: shown,
          ...gradCam && { heat: await heatOf(gradCam, shown, context) },
        },
      },
    };
  },
});

async function heatOf(gradCam: OnnxModel, images: Images, { session }: Context) {
  const looking = await createSession(gradCam, session);
  const { heat } = await looking.run({ images: toFloat32(images) });
  await looking.release();
  return heat as NdArray<"float32">;
}

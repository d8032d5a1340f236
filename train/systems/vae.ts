import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { join } from "../../lib/array/rows.ts";
import { classesOf, type Images, type LabelledImages, toFloat32 } from "../../lib/data/mod.ts";
import { buildClassifier, describeEncoded } from "../../lib/latent/classifier_graph.ts";
import { fitOutlierDetector, outlierWarnings } from "../../lib/latent/fit_outlier_detector.ts";
import {
  type Candidate,
  DEFAULT_CANDIDATES,
  formatMixture,
  selectLatentClassifier,
} from "../../lib/latent/mod.ts";
import type { Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { pickExamples } from "../../lib/run/examples.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { classifyImages, encodeImages } from "../../lib/runtime/run_images.ts";
import { baselineWarnings, scoreBaselines } from "./baseline_scores.ts";
import { posteriorExamples } from "./posterior_examples.ts";
import { type EncodedLabelled, scoreLatents } from "./latent_scores.ts";
import { scoreLabelSamples } from "./label_samples.ts";
import { InputError } from "../../lib/input_error.ts";
import { SIMILARITY_WINDOW } from "../core/similarity_loss.ts";
import type { FewLabelsData } from "../data/roles.ts";
import { type Context, defineSystem, type Outcome } from "./system.ts";
import { exportDecoder, exportEncoder } from "./export_vae.ts";
import { fitVaeOptions, vaeOptions } from "./vae_options.ts";
import { leftOpen } from "./fit_to_data.ts";
import { trainVae } from "./train_vae.ts";
import { latentWarnings } from "./vae_warnings.ts";
import { buildVae } from "../networks/vae.ts";

/** The system `vae`: a variational autoencoder, and a Gaussian mixture on its latent space. */
export const vae = defineSystem({
  description:
    "Trains a variational autoencoder on unlabelled images, and fits a Gaussian mixture to its latent means with a few labelled ones",
  options: vaeOptions,
  needs: "few-labels",
  presets: {
    assignment: {
      description: "sharp reconstructions and well-separated classes of 28x28 images in a plane",
      values: {
        latentDim: 2,
        hidden: [1024, 512, 256, 128],
        epochs: 4,
        clusterEpochs: 4,
        reconstructionEpochs: 100,
      },
    },
  },
  async run(data, options, context): Promise<Outcome> {
    const [count, height, width, channels] = data.train.shape;
    const imageShape = [height, width, channels] as const;
    if (options.reconstructionEpochs > 0 && Math.min(height, width) < SIMILARITY_WINDOW) {
      throw new InputError(
        `Cannot train with --reconstruction-epochs: images of ${height}x${width} have no SSIM, at least ${SIMILARITY_WINDOW}x${SIMILARITY_WINDOW} is needed`,
      );
    }
    const classes = classesOf(data.labelled.labels);
    if (classes.length === 0) {
      throw new InputError(
        "Cannot train vae: no image has a label, --val must give about 5 labelled images of each class, or --model few-labels trains without labels and deno task label names the classes",
      );
    }
    const { batchSize, seed } = context;
    const values = fitVaeOptions(options, {
      count,
      imageShape,
      classes: classes.length,
      batchSize,
    });
    const { latentDim } = values;
    const { network, consistency, epochs, clusters } = values;
    context.choose(leftOpen(options, {
      network,
      ...network === "mlp" ? { hidden: values.hidden } : { filters: values.filters },
      latentDim,
      consistency,
      epochs,
      clusters,
    }));
    const model = buildVae(imageShape, { ...values, seed });
    context.checkNetworks(model.networks);
    const { train, validation } = data;
    const { clusterEpochs, last } = await trainVae(model, { train, validation }, {
      values,
      context,
    });
    const exporting = { imageShape, context };
    const models = {
      encoder: await exportEncoder(model, exporting),
      decoder: await exportDecoder(model, exporting),
    };
    const outcome = await classify(models, data, { clusterEpochs, context });
    return {
      latentDim,
      classes,
      ...outcome,
      warnings: [
        ...latentWarnings(last, outcome.latents.z, { classes: classes.length }),
        ...outcome.warnings,
      ],
    };
  },
});

/** Training images that outliers are told by: more would take longer than the encoder. */
const MAX_REFERENCES = 1000;

/** One normal distribution per class, on the latent means as they are. */
const PLAIN_MIXTURE: Candidate = {
  name: "plain, full, 1 per class",
  members: [{ transform: "none", covarianceType: "full", componentsPerClass: 1 }],
};

/** Fits the mixture, scores it, and gathers what the run folder holds. */
async function classify(
  { encoder, decoder }: { encoder: OnnxModel; decoder: OnnxModel },
  { train, validation, labelled, test, labelSamples }: FewLabelsData,
  { clusterEpochs, context }: {
    clusterEpochs: number;
    context: Context;
  },
): Promise<
  & Pick<Outcome, "models" | "metrics" | "examples" | "files">
  & Required<Pick<Outcome, "latents" | "warnings">>
> {
  const { seed, session, classNames } = context;
  const sessions = {
    encoder: await createSession(encoder, session),
    decoder: await createSession(decoder, session),
  };
  const encode = (images: Images) => encodeImages(sessions.encoder, images);
  const encodeLabelled = async (given: LabelledImages): Promise<EncodedLabelled> => ({
    ...given,
    z: await encode(given.images),
  });
  const encoded = {
    train: { images: train, z: await encode(train) },
    labelled: await encodeLabelled(labelled),
    test: test && await encodeLabelled(test),
  };
  const unlabelled = toFloat64(
    validation === undefined ? encoded.train.z : join([encoded.train.z, await encode(validation)]),
  );
  const selection = await selectLatentClassifier(
    unlabelled,
    { latents: encoded.labelled.z, labels: labelled.labels },
    {
      // After cluster epochs the latent means are normal clusters: the plain mixture comes first.
      candidates: clusterEpochs > 0 ? [PLAIN_MIXTURE, ...DEFAULT_CANDIDATES] : DEFAULT_CANDIDATES,
      classNames,
      seed,
      onProgress: (done, total) => context.showProgress("mixtures", done, total),
    },
  );
  const { classifier } = selection;
  const outliers = await fitOutlierDetector(train, describeEncoded(encoder), {
    maxReferences: MAX_REFERENCES,
    seed,
    session,
  });
  const classifiers = {
    "classifier.onnx": buildClassifier(encoder, classifier, { outliers }),
    "classifier_uint8.onnx": buildClassifier(encoder, classifier, { input: "uint8", outliers }),
  };
  const { images } = test ?? labelled;
  const answering = await createSession(classifiers["classifier.onnx"], session);
  const { outlierScores } = await classifyImages(answering, toFloat32(images));
  await answering.release();
  const { metrics, latents } = await scoreLatents(encoded, {
    selection,
    decoder: sessions.decoder,
    outlierScores: outlierScores!,
    seed,
  });
  const warnings = [...selection.warnings, ...outlierWarnings(train.shape[0])];
  if (metrics.classification !== undefined) {
    const baselines = await scoreBaselines({ train, labelled, test }, context);
    warnings.push(...baselineWarnings(baselines, {
      meanF1: metrics.classification.meanF1,
      count: metrics.scored!.count,
      remedy: "--model few-labels, or more labels",
    }));
    metrics.classification.baselines = baselines;
  }
  if (encoded.test !== undefined && labelSamples.length > 0) {
    const samples = [];
    for (const sample of labelSamples) samples.push(await encodeLabelled(sample));
    metrics.classification!.labelSamples = scoreLabelSamples(samples, encoded.test, {
      latents: unlabelled,
      chosen: selection.chosen,
      seed,
    });
  }
  const describe = (given: LabelledImages) =>
    posteriorExamples(pickExamples(given), { ...sessions, seed });
  const examples = {
    labelled: await describe(labelled),
    ...test && { test: await describe(test) },
  };
  await sessions.encoder.release();
  await sessions.decoder.release();
  return {
    metrics,
    latents,
    examples,
    warnings,
    models: {
      "encoder.onnx": encoder,
      "decoder.onnx": decoder,
      ...classifiers,
    },
    files: { "gmm.json": new TextEncoder().encode(formatMixture(classifier)) },
  };
}

function toFloat64({ shape, data }: NdArray<"float32">): NdArray<"float64"> {
  return ndarray("float64", shape, Float64Array.from(data));
}

import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { slice } from "../../lib/array/rows.ts";
import type { OptionTable } from "../../lib/command/flags.ts";
import { classesOf, type Images, toFloat32 } from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import { ReconstructionTally } from "../../lib/metrics/reconstruction.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { encodeImages } from "../../lib/runtime/run_images.ts";
import { scheduled } from "../core/schedules.ts";
import type { MaybeLabelled } from "../data/roles.ts";
import { buildCvae } from "../networks/cvae.ts";
import type { QuadrantCount } from "../networks/quadrants.ts";
import { exportModels } from "./cvae_models.ts";
import { completions, labelSamples, negativeLogLikelihood, oneHot, SHOWN } from "./cvae_scores.ts";
import { labelIndices } from "./label_indices.ts";
import { trainingOptions } from "./training_options.ts";
import { defineSystem, type Outcome } from "./system.ts";

const options = {
  condition: {
    kind: "choice",
    choices: ["label", "part"],
    description: "What images are generated from: their label, or the quadrants of --given",
    default: "label",
  },
  given: {
    kind: "integer",
    description:
      "Quadrants that are given, for part: 1 the lower left, 2 the left half, 3 all but the lower right",
    default: 1,
    min: 1,
    max: 3,
  },
  hidden: {
    kind: "integers",
    description: "Units of the hidden layers of each network",
    default: [512, 512],
    min: 1,
  },
  latentDim: { kind: "integer", description: "Latent variables", default: 20, min: 1 },
  beta: {
    kind: "number",
    description:
      "Weight of the KL divergence: with a larger one samples match their label more often, but are blurrier; by default 2 for label, 1 for part",
    min: 0,
  },
  epochs: { kind: "integer", description: "Passes over the training images", default: 10, min: 1 },
  ...trainingOptions({ learningRate: 1e-3, schedule: "cosine" }),
} as const satisfies OptionTable;

/** The system `cvae`. */
export const cvae = defineSystem({
  description:
    "Trains a conditional variational autoencoder, which generates images of a label or completes parts of images",
  options,
  needs: "labels-if-any",
  async run({ train, validation, test }, options, context): Promise<Outcome> {
    const [count, height, width, channels] = train.images.shape;
    const { condition, given, latentDim, epochs } = options;
    const ofLabels = condition === "label";
    const { beta = ofLabels ? 2 : 1 } = options;
    if (!ofLabels && Math.min(height, width) < 2) {
      throw new InputError(
        `Cannot train cvae: images of ${height}x${width} have no quadrants, at least 2x2 is needed`,
      );
    }
    const classes = ofLabels ? classesOf(labelsOf(train, "train on")) : [];
    const { seed, session } = context;
    const model = buildCvae([height, width, channels], {
      ...options,
      condition: ofLabels ? { classes: classes.length } : { quadrants: given as QuadrantCount },
      beta,
      seed,
    });
    context.checkNetworks(model.networks);
    const conditionOf = (part: MaybeLabelled, role: string) =>
      oneHot(labelIndices(labelsOf(part, role), classes).data, classes.length);
    const steps = epochs * context.stepsPerEpoch(count);
    const feedOf = (part: MaybeLabelled, role: string) => ({
      examples: { images: part.images, ...ofLabels && { condition: conditionOf(part, role) } },
      noise: { epsilon: [latentDim] },
      scalars: { learningRate: scheduled(options, steps) },
    });
    await context.train(model.step, feedOf(train, "train on"), {
      phase: "elbo",
      epochs,
      validation: validation && { feed: feedOf(validation, "validate on"), losses: model.losses },
    });

    const scored = test && (!ofLabels || test.labels) ? test : validation ?? train;
    const scoredCondition = ofLabels ? conditionOf(scored, "score on") : scored.images;
    const models = await exportModels(model, { ofLabels, classes, latentDim, context }, [
      height,
      width,
      channels,
    ]);
    const likelihood = await negativeLogLikelihood(model, {
      images: scored.images,
      condition: ofLabels ? scoredCondition : undefined,
      latentDim,
      context,
    });
    const sessions = {
      encoder: await createSession(models["encoder.onnx"], session),
      decoder: await createSession(models["decoder.onnx"], session),
    };
    const decode = async (z: NdArray<"float32">, condition: Images) => {
      const { images } = await sessions.decoder.run({ z, condition: toFloat32(condition) });
      return images as NdArray<"float32">;
    };
    const tally = new ReconstructionTally();
    let reconstructed: Images | undefined;
    for (let start = 0; start < scored.images.shape[0]; start += 1000) {
      const end = Math.min(start + 1000, scored.images.shape[0]);
      const chunk = slice(scored.images, start, end);
      const decoded = await decode(
        await encodeImages(sessions.encoder, chunk),
        slice(scoredCondition as Images, start, end),
      );
      tally.add(chunk, decoded);
      reconstructed ??= slice(decoded, 0, Math.min(SHOWN.images, end));
    }
    const random = new Random(seed, "samples");
    const normals = (rows: number) =>
      ndarray("float32", [rows, latentDim], random.normals(rows * latentDim));
    const shown = slice(scored.images, 0, Math.min(SHOWN.images, scored.images.shape[0]));
    const pictures = ofLabels
      ? {
        samples: await labelSamples(normals(SHOWN.rows), classes.length, {
          models,
          decode,
          session,
        }),
      }
      : shown.shape[0] < SHOWN.images
      ? {}
      : {
        completions: await completions(models, shown, {
          given: given as QuadrantCount,
          normals,
          decode,
          session,
        }),
      };
    const z = await encodeImages(sessions.encoder, train.images);
    await sessions.encoder.release();
    await sessions.decoder.release();
    return {
      models,
      condition,
      latentDim,
      ...ofLabels && { classes },
      metrics: {
        scored: {
          count: scored.images.shape[0],
          split: scored === test
            ? "test images"
            : scored === validation
            ? "validation images"
            : "training images",
        },
        reconstruction: tally.scores(),
        ...likelihood,
      },
      examples: {
        [scored === test ? "test" : "train"]: { images: shown, reconstructed: reconstructed! },
        ...pictures,
      },
      latents: { z, ...train.labels && { trueLabels: train.labels } },
    };
  },
});

/** Labels of images, which a condition on labels needs. */
function labelsOf({ labels }: MaybeLabelled, role: string): Int32Array {
  if (labels !== undefined) return labels;
  throw new InputError(
    `Cannot train cvae with --condition label: the images to ${role} have no labels, a label for each is needed, or --condition part`,
  );
}

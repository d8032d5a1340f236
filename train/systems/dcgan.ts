import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { slice } from "../../lib/array/rows.ts";
import type { OptionTable } from "../../lib/command/flags.ts";
import { toFloat32 } from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import type { Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { decodeLatents } from "../../lib/runtime/run_images.ts";
import { createOptimizer, type OptimizerOptions } from "../core/optimizers.ts";
import { scheduled } from "../core/schedules.ts";
import { minimize, type Step } from "../core/step.ts";
import { convDecoder, convEncoder } from "../networks/conv.ts";
import { initializeWeights } from "../networks/initialize.ts";
import type { ImageShape } from "../networks/mlp.ts";
import { trainableVariables } from "../core/variables.ts";
import { fitEpochs, fitFilters, leftOpen } from "./fit_to_data.ts";
import { progressOf, type Sheet, sheetFiles } from "./sheets.ts";
import { trainingOptions } from "./training_options.ts";
import { defineSystem, type Outcome } from "./system.ts";

const options = {
  latentDim: { kind: "integer", description: "Latent variables", default: 32, min: 1 },
  filters: {
    kind: "integers",
    description:
      "Filters of the discriminator's convolutions of stride 2; the generator has them in reverse; by default 16,32 and on until maps are 8x8",
    min: 1,
  },
  epochs: {
    kind: "integer",
    description: "Passes over the training images; by default 10, or as many as make 1,000 steps",
    min: 1,
  },
  ...trainingOptions({ learningRate: 1e-3 }),
  beta1: {
    kind: "number",
    description: "Decay rate of the first moment, for adam and adamw",
    default: 0.5,
    min: 0,
    max: 0.999,
  },
} as const satisfies OptionTable;

/** Options for {@linkcode buildDcgan}. */
export interface DcganOptions extends OptimizerOptions {
  latentDim: number;
  /** Of the discriminator's convolutions of stride 2; the generator reverses them. */
  filters: readonly number[];
  /** Of the initial weights. */
  seed: number;
}

/** A generator and a discriminator that are trained against each other. */
export interface Dcgan {
  readonly networks: { readonly generator: LayersModel; readonly discriminator: LayersModel };
  /** `[batch, latentDim]` to pixels in [0, 1]. */
  generate(z: tf.Tensor): tf.Tensor;
  /** The probability that an image is a training image, `[batch, 1]`. */
  discriminate(images: tf.Tensor): tf.Tensor;
  /** Of `images`, the noise `z` `[batch, latentDim]` and the scalar `learningRate`. */
  readonly step: Step;
}

/**
 * A deep convolutional generative adversarial network (Radford et al., "Unsupervised Representation
 * Learning with Deep Convolutional Generative Adversarial Networks", 2015) with the losses of
 * Goodfellow et al., "Generative Adversarial Nets", 2014; the generator's is the non-saturating one.
 */
export function buildDcgan(
  imageShape: ImageShape,
  { latentDim, filters, seed, ...training }: DcganOptions,
): Dcgan {
  const generator = convDecoder(imageShape, {
    name: "generator",
    filters: filters.toReversed().slice(1),
    inputShape: [latentDim],
    batchNormalization: true,
  });
  const discriminator = convEncoder(imageShape, {
    name: "discriminator",
    filters,
    slope: 0.2,
    units: 1,
  });
  const random = new Random(seed, "weights");
  initializeWeights(generator, random);
  initializeWeights(discriminator, random);
  const optimizers = {
    generator: createOptimizer(trainableVariables({ generator }), training),
    discriminator: createOptimizer(trainableVariables({ discriminator }), training),
  };
  const logits = (images: tf.Tensor) =>
    discriminator.apply(images, { training: true }) as tf.Tensor;
  const generated = (z: tf.Tensor) =>
    tf.sigmoid(generator.apply(z, { training: true }) as tf.Tensor);
  const meanSoftplus = (x: tf.Tensor) => tf.mean(tf.softplus(x)) as tf.Scalar;
  return {
    networks: { generator, discriminator },
    generate: (z) => tf.sigmoid(generator.apply(z) as tf.Tensor),
    discriminate: (images) => tf.sigmoid(discriminator.apply(images) as tf.Tensor),
    step({ images, z, learningRate }) {
      const discriminated = minimize(optimizers.discriminator, learningRate, () => ({
        loss: tf.add(
          meanSoftplus(tf.neg(logits(images))),
          meanSoftplus(logits(generated(z))),
        ) as tf.Scalar,
      }));
      const generation = minimize(optimizers.generator, learningRate, () => ({
        loss: meanSoftplus(tf.neg(logits(generated(z)))),
      }));
      return { discriminatorLoss: discriminated.loss, generatorLoss: generation.loss };
    },
  };
}

/** Images of the same noise after each epoch. */
const SHEET = 64;

/** How many images are generated for the metrics and the report. */
const SAMPLES = 100;

/** The variance of samples, as a share of the training images', below which they all look alike. */
const COLLAPSED = 0.1;

/** The system `dcgan`. */
export const dcgan = defineSystem({
  description: "Trains a DCGAN: a convolutional generator and discriminator",
  options,
  needs: "images",
  ignores: {
    validationSplit: "has no validation losses: its two networks are each other's measure",
    test: "is not scored on test images",
    testImagesKey: "is not scored on test images",
    testLabelsKey: "is not scored on test images",
  },
  async run({ train }, options, context): Promise<Outcome> {
    const [count, height, width, channels] = train.shape;
    const imageShape = [height, width, channels] as const;
    const { latentDim } = options;
    const { seed, batchSize } = context;
    if (options.schedule === "plateau") {
      throw new InputError(
        "Cannot train dcgan with --schedule plateau: neither network's loss is to fall, another schedule is needed",
      );
    }
    const filters = options.filters ?? fitFilters(imageShape);
    const epochs = options.epochs ?? fitEpochs({ count, batchSize }, { epochs: 10, steps: 1000 });
    context.choose(leftOpen(options, { filters, epochs }));
    const model = buildDcgan(imageShape, { ...options, filters, seed });
    context.checkNetworks(model.networks);
    const feed = {
      examples: { images: train },
      noise: { z: [latentDim] },
      scalars: {
        learningRate: scheduled(options, epochs * context.stepsPerEpoch(count)),
      },
    };
    const exportGenerator = (verify: boolean) =>
      context.export(({ z }) => ({ images: model.generate(z) }), {
        name: "generator",
        description:
          `Maps ${latentDim} standard normal variables to images of ${height}x${width}x${channels}, pixels in [0, 1]`,
        inputs: { z: { shape: [null, latentDim], range: [-2, 2] } },
        verify,
      });
    const generate = async (model: OnnxModel, count: number) => {
      const session = await createSession(model, context.session);
      const noise = new Random(seed, "samples").normals(count * latentDim);
      const samples = await decodeLatents(session, ndarray("float32", [count, latentDim], noise));
      await session.release();
      return samples;
    };
    const images: Record<string, NdArray> = {};
    await context.train(model.step, feed, {
      phase: "train",
      epochs,
      afterEpoch: async ({ epoch }) => {
        images[epoch] = await generate(await exportGenerator(false), SHEET);
      },
      kept: images,
    });
    const sheets = Object.entries(images).map(([epoch, images]): Sheet => ({
      epoch: Number(epoch),
      images: images as NdArray<"float32">,
    }));

    const generator = await exportGenerator(true);
    const discriminator = await context.export(
      ({ images }) => ({ probability: model.discriminate(images) }),
      {
        name: "discriminator",
        description:
          `Maps images of ${height}x${width}x${channels}, pixels in [0, 1], to the probability of a training image`,
        inputs: { images: { shape: [null, height, width, channels], range: [0, 1] } },
      },
    );
    const samples = await generate(generator, SAMPLES);
    const seen = toFloat32(slice(train, 0, Math.min(1000, train.shape[0])));
    const share = pixelVariance(samples) / pixelVariance(seen);
    return {
      latentDim,
      models: { "generator.onnx": generator, "discriminator.onnx": discriminator },
      metrics: { sampleVariance: share },
      examples: {
        train: { images: slice(train, 0, 10) },
        samples,
        ...sheets.length > 0 && { progress: progressOf(sheets) },
      },
      files: await sheetFiles(sheets),
      warnings: share < COLLAPSED
        ? [
          `the generator collapsed: the variance of its samples is ${
            share.toPrecision(2)
          } of the training images'; try another --seed or a smaller --learning-rate`,
        ]
        : [],
    };
  },
});

/** The variance of a pixel over the images, averaged over the pixels. */
function pixelVariance({ shape: [count, ...imageShape], data }: NdArray<"float32">): number {
  const size = imageShape.reduce((a, b) => a * b);
  let total = 0;
  for (let pixel = 0; pixel < size; pixel++) {
    let sum = 0, squares = 0;
    for (let i = pixel; i < data.length; i += size) {
      sum += data[i];
      squares += data[i] ** 2;
    }
    total += squares / count - (sum / count) ** 2;
  }
  return total / size;
}

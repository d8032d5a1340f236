import { Random } from "../../lib/array/random.ts";
import type { OptionTable } from "../../lib/command/flags.ts";
import { InputError } from "../../lib/input_error.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { encodeImages } from "../../lib/runtime/run_images.ts";
import { scheduled } from "../core/schedules.ts";
import { buildAutoencoder } from "../networks/autoencoder.ts";
import { addNoise, scoredImages, scoreReconstruction } from "./reconstruction_scores.ts";
import { defineSystem, type Outcome } from "./system.ts";
import { trainingOptions } from "./training_options.ts";

const options = {
  network: {
    kind: "choice",
    choices: ["mlp", "conv"],
    description: "Dense layers, or convolutions and transposed convolutions of stride 2",
    default: "mlp",
  },
  hidden: {
    kind: "integers",
    description: "Units of the encoder's dense layers, for mlp; the decoder has them in reverse",
    default: [512, 256, 128],
    min: 1,
  },
  filters: {
    kind: "integers",
    description: "Filters of the encoder's convolutions, for conv; the decoder has them in reverse",
    default: [16, 24],
    min: 1,
  },
  latentDim: {
    kind: "integer",
    description:
      "Latent variables; 0 takes the feature maps of the last convolution; by default 2 for mlp, 20 for conv, and 0 for conv with --corruption",
    min: 0,
  },
  corruption: {
    kind: "number",
    description:
      "Standard deviation of the Gaussian noise added to the encoder's input, such as 0.5; the target is the clean image",
    default: 0,
    min: 0,
  },
  epochs: { kind: "integer", description: "Passes over the training images", default: 15, min: 1 },
  ...trainingOptions({ learningRate: 3e-3, schedule: "one-cycle" }),
} as const satisfies OptionTable;

/** The system `autoencoder`. */
export const autoencoder = defineSystem({
  description: "Trains an autoencoder, or with --corruption a denoising autoencoder",
  options,
  needs: "images",
  search: {
    latentDim: { low: 4, high: 64, log: true, integer: true },
    learningRate: { low: 3e-4, high: 3e-2, log: true },
    optimizer: { choices: ["adam", "adamw", "sgd", "rmsprop"] },
    weightDecay: { low: 1e-6, high: 1e-2, log: true },
  },
  async run(data, options, context): Promise<Outcome> {
    const { train, validation } = data;
    const [count, height, width, channels] = train.shape;
    const { network, corruption, epochs } = options;
    const keepsMaps = network === "conv" && corruption > 0;
    const latentDim = options.latentDim ?? (network === "mlp" ? 2 : keepsMaps ? 0 : 20);
    if (network === "mlp" && latentDim === 0) {
      throw new InputError(
        "Cannot train an autoencoder of dense layers with --latent-dim 0: they have no maps to keep, --network conv has",
      );
    }
    const { seed } = context;
    const model = buildAutoencoder([height, width, channels], { ...options, latentDim, seed });
    context.checkNetworks(model.networks);
    const steps = epochs * context.stepsPerEpoch(count);
    const feedOf = (images: typeof train) => ({
      examples: { images },
      ...corruption > 0 && { noise: { noise: [height, width, channels] } },
      scalars: { learningRate: scheduled(options, steps) },
    });
    await context.train(model.step, feedOf(train), {
      phase: "train",
      epochs,
      validation: validation && { feed: feedOf(validation), losses: model.losses },
    });

    const shape = `${height}x${width}x${channels}`;
    const codeShape = model.networks.encoder.outputs[0].shape.slice(1);
    const code = latentDim > 0 ? `${latentDim} latent variables` : `maps of ${codeShape.join("x")}`;
    const encoder = await context.export(({ images }) => ({ z: model.encode(images) }), {
      name: "encoder",
      description: `Maps images of ${shape}, pixels in [0, 1], to ${code}`,
      inputs: { images: { shape: [null, height, width, channels], range: [0, 1] } },
    });
    const decoder = await context.export(({ z }) => ({ images: model.decode(z) }), {
      name: "decoder",
      description: `Maps ${code} to images of ${shape}, pixels in [0, 1]`,
      inputs: { z: { shape: [null, ...codeShape] } },
    });
    const sessions = {
      encoder: await createSession(encoder, context.session),
      decoder: await createSession(decoder, context.session),
    };
    const { images, role, scored } = scoredImages(data);
    const random = new Random(seed, "corruption");
    const { metrics, examples } = await scoreReconstruction(images, {
      ...sessions,
      corrupt: corruption > 0 ? (images) => addNoise(images, corruption, random) : undefined,
    });
    const latents = latentDim > 0 ? { z: await encodeImages(sessions.encoder, train) } : undefined;
    await sessions.encoder.release();
    await sessions.decoder.release();
    return {
      models: { "encoder.onnx": encoder, "decoder.onnx": decoder },
      metrics: { scored, ...metrics },
      examples: { [role]: examples },
      ...latents && { latents, latentDim },
    };
  },
});

import { type NdArray, ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { slice, take } from "../../lib/array/rows.ts";
import type { OptionTable } from "../../lib/command/flags.ts";
import { encodeNpz, type Images, toFloat32 } from "../../lib/data/mod.ts";
import { ReconstructionTally } from "../../lib/metrics/reconstruction.ts";
import type { Model as OnnxModel } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { chunkRows, decodeLatents } from "../../lib/runtime/run_images.ts";
import { scheduled } from "../core/schedules.ts";
import { fitEpochs, leftOpen } from "./fit_to_data.ts";
import { type Context, defineSystem, type Outcome } from "./system.ts";
import { trainingOptions } from "./training_options.ts";
import { buildVqVae } from "../networks/vq_vae.ts";

const options = {
  filters: {
    kind: "integers",
    description:
      "Filters of the encoder's convolutions of stride 2; the decoder has them in reverse",
    default: [16, 32],
    min: 1,
  },
  residualBlocks: {
    kind: "integer",
    description: "Residual blocks of the encoder and of the decoder",
    default: 2,
    min: 0,
  },
  codes: { kind: "integer", description: "Vectors in the codebook", default: 64, min: 2 },
  codeDim: {
    kind: "integer",
    description: "Size of each vector in the codebook",
    default: 8,
    min: 1,
  },
  commitment: {
    kind: "number",
    description: "Weight of the commitment loss",
    default: 0.25,
    min: 0,
  },
  decay: {
    kind: "number",
    description: "Decay of the moving averages that update the codebook",
    default: 0.99,
    min: 0,
    max: 0.9999,
  },
  epochs: {
    kind: "integer",
    description: "Passes over the training images; by default 5, or as many as make 600 steps",
    min: 1,
  },
  ...trainingOptions({ learningRate: 2e-3 }),
} as const satisfies OptionTable;

/** The system `vq-vae`. */
export const vqVae = defineSystem({
  description: "Trains a VQ-VAE: an autoencoder whose latent space is a codebook",
  options,
  needs: "images",
  async run({ train, validation, test }, options, context): Promise<Outcome> {
    const [count, height, width, channels] = train.shape;
    const { codes, codeDim } = options;
    const { batchSize } = context;
    const epochs = options.epochs ?? fitEpochs({ count, batchSize }, { epochs: 5, steps: 600 });
    context.choose(leftOpen(options, { epochs }));
    const model = buildVqVae([height, width, channels], {
      ...options,
      variance: varianceOf(train),
      seed: context.seed,
    });
    context.checkNetworks(model.networks);
    const scalars = {
      learningRate: scheduled(options, epochs * context.stepsPerEpoch(count)),
    };
    await context.train(model.step, { examples: { images: train }, scalars }, {
      phase: "train",
      epochs,
      validation: validation && {
        feed: { examples: { images: validation }, scalars },
        losses: model.losses,
      },
    });

    const images = { shape: [null, height, width, channels], range: [0, 1] } as const;
    const mapShape = model.networks.encoder.outputs[0].shape.slice(1);
    // Verified before it is quantized: where two codes are equally near, rounding decides.
    const vectorizer = await context.export(({ images }) => ({ vectors: model.encode(images) }), {
      name: "encoder",
      description: "Maps images to vectors",
      inputs: { images },
    });
    const encoder = await context.export(({ images }) => model.quantize(model.encode(images)), {
      name: "encoder",
      description: `Maps images of ${height}x${width}x${channels}, pixels in [0, 1], to ${
        mapShape.slice(0, 2).join("x")
      } codes from 0 to ${codes - 1}, and to their vectors z`,
      inputs: { images },
      constants: { codebook: model.codebook },
      verify: false,
    });
    const decoder = await context.export(({ z }) => ({ images: model.decode(z) }), {
      name: "decoder",
      description: `Maps ${mapShape.join("x")} vectors of the codebook to images of ${
        [height, width, channels].join("x")
      }, pixels in [0, 1]`,
      inputs: { z: { shape: [null, ...mapShape] } },
    });

    const scored = test ?? validation ?? train;
    const session = {
      encoder: await createSession(encoder, context.session),
      decoder: await createSession(decoder, context.session),
    };
    const vectors = await vectorsOf(vectorizer, scored, context);
    const tally = new ReconstructionTally();
    const usage = new Int32Array(codes);
    let shown: Images | undefined;
    const step = chunkRows(scored.shape);
    for (let start = 0; start < scored.shape[0]; start += step) {
      const chunk = toFloat32(slice(scored, start, Math.min(start + step, scored.shape[0])));
      const { codes, z } = await session.encoder.run({ images: chunk });
      const reconstructed = await decodeLatents(session.decoder, z as typeof chunk);
      for (const code of codes.data) usage[Number(code)]++;
      tally.add(chunk, reconstructed);
      shown ??= reconstructed;
    }
    await session.encoder.release();
    await session.decoder.release();
    const shownCount = Math.min(10, scored.shape[0]);
    const perplexity = perplexityOf(usage);
    const book = ndarray("float32", [codes, codeDim], await model.codebook.data<"float32">());
    return {
      models: { "encoder.onnx": encoder, "decoder.onnx": decoder },
      metrics: {
        scored: {
          count: scored.shape[0],
          split: test ? "test images" : validation ? "validation images" : "training images",
        },
        reconstruction: tally.scores(),
        relativeSquaredError: tally.scores().meanSquaredError / varianceOf(scored),
        greatestVectorValue: greatest(vectors.data),
        greatestCodeValue: greatest(book.data),
        codePerplexity: perplexity,
        usedCodes: usage.filter((count) => count > 0).length,
      },
      examples: {
        [test ? "test" : "train"]: {
          images: slice(scored, 0, shownCount),
          reconstructed: slice(shown!, 0, shownCount),
        },
        codes: usage,
        codebook: { codes: book, vectors },
      },
      files: {
        "codes.npz": encodeNpz({ codebook: book, usage: ndarray("int32", [codes], usage) }),
      },
      warnings: perplexity < 2
        ? ["the codebook collapsed: nearly all vectors have the same code"]
        : [],
    };
  },
});

/** Vectors in the pictures, and images that they are of. */
const SHOWN = { vectors: 2000, images: 100 } as const;

/** Some vectors of images before they are quantized, `[count, codeDim]`. */
async function vectorsOf(
  vectorizer: OnnxModel,
  images: Images,
  { session, seed }: Context,
): Promise<NdArray<"float32">> {
  const opened = await createSession(vectorizer, session);
  const some = toFloat32(slice(images, 0, Math.min(SHOWN.images, images.shape[0])));
  const { vectors } = await opened.run({ images: some });
  await opened.release();
  const size = vectors.shape.at(-1)!;
  const count = vectors.data.length / size;
  const rows = ndarray("float32", [count, size], vectors.data as Float32Array);
  const order = new Random(seed, "shown vectors").permutation(count);
  return take(rows, order.subarray(0, SHOWN.vectors));
}

function greatest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The variance of all pixels, by which van den Oord et al.'s code divides the squared error. */
function varianceOf(images: Images): number {
  const step = chunkRows(images.shape);
  let [sum, squares] = [0, 0];
  for (let start = 0; start < images.shape[0]; start += step) {
    const rows = slice(images, start, Math.min(start + step, images.shape[0]));
    for (const value of toFloat32(rows).data) {
      sum += value;
      squares += value ** 2;
    }
  }
  const count = sizeOf(images.shape);
  return squares / count - (sum / count) ** 2;
}

/** The exponential of the entropy of the codes: how many codes are in use, in effect. */
function perplexityOf(usage: Int32Array): number {
  const total = usage.reduce((sum, count) => sum + count, 0);
  const entropy = usage.reduce((sum, count) => {
    return count === 0 ? sum : sum - count / total * Math.log(count / total);
  }, 0);
  return Math.exp(entropy);
}

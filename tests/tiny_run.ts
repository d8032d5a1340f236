import { RUN_FILES, type RunContents, writeRun } from "../lib/run/run_folder.ts";
import { buildClassifier } from "../lib/latent/classifier_graph.ts";
import type { LatentClassifier } from "../lib/latent/latent_classifier.ts";
import { formatMixture } from "../lib/latent/mixture_json.ts";
import { ndarray } from "../lib/array/ndarray.ts";
import type { Model } from "../lib/onnx/graph.ts";
import { GraphBuilder } from "../lib/onnx/graph_builder.ts";
import { encodeModel } from "../lib/onnx/proto.ts";

/** The labels of the tiny run: images that are light on the left, on the right, or not at all. */
export const TINY_LABELS = { left: 1, right: 4, dark: 8 } as const;

const SIDE = 4;

/**
 * Images of 4x4 pixels with the given label each, light (200 to 255) and dark (0 to 50) by a fixed
 * rule: `[labels.length, 4, 4]`.
 */
export function tinyImages(labels: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: labels.length * SIDE * SIDE }, (_, p) => {
    const right = p % SIDE >= SIDE / 2;
    const label = labels[Math.floor(p / (SIDE * SIDE))];
    const light = label === (right ? TINY_LABELS.right : TINY_LABELS.left);
    return (light ? 200 : 0) + p * 7 % 50;
  });
}

/**
 * An encoder whose z_mean is the lightness of the left and of the right half, from -2 (black) to 2
 * (white); with `latentDim` 3, also of the whole image.
 */
export function tinyEncoder(latentDim: 2 | 3 = 2): Model {
  const weights = new Float32Array(SIDE * SIDE * latentDim);
  for (let p = 0; p < SIDE * SIDE; p++) {
    weights[p * latentDim + (p % SIDE < SIDE / 2 ? 0 : 1)] = 0.5;
    if (latentDim === 3) weights[p * latentDim + 2] = 0.25;
  }
  const builder = new GraphBuilder({ name: "encoder" });
  const { op } = builder;
  const images = builder.input("images", "float32", ["batch", SIDE, SIDE, 1]);
  const rows = op.Reshape(images, [-1, SIDE * SIDE]);
  const kernel = builder.constant(ndarray("float32", [SIDE * SIDE, latentDim], weights));
  const zMean = op.Sub(op.MatMul(rows, kernel), 2);
  builder.output("z_mean", zMean, "float32", ["batch", latentDim]);
  builder.output("z_log_var", op.Sub(op.Mul(zMean, 0), 4), "float32", ["batch", latentDim]);
  return { graph: builder.build(), opset: 17 };
}

/** The decoder that belongs to {@linkcode tinyEncoder}. */
export function tinyDecoder(latentDim: 2 | 3 = 2): Model {
  const weights = new Float32Array(latentDim * SIDE * SIDE);
  for (let p = 0; p < SIDE * SIDE; p++) {
    weights[(p % SIDE < SIDE / 2 ? 0 : 1) * SIDE * SIDE + p] = 2;
  }
  const builder = new GraphBuilder({ name: "decoder" });
  const { op } = builder;
  const z = builder.input("z", "float32", ["batch", latentDim]);
  const kernel = builder.constant(ndarray("float32", [latentDim, SIDE * SIDE], weights));
  const images = op.Reshape(op.Sigmoid(op.MatMul(z, kernel)), [-1, SIDE, SIDE, 1]);
  builder.output("images", images, "float32", ["batch", SIDE, SIDE, 1]);
  return { graph: builder.build(), opset: 17 };
}

/** A mixture with one spherical component where each label's images lie. */
export function tinyMixture(latentDim: 2 | 3 = 2): LatentClassifier {
  const classes = Object.values(TINY_LABELS);
  const means = [[1.6, -1.6], [-1.6, 1.6], [-1.6, -1.6]].flatMap((mean) => [
    ...mean,
    ...(latentDim === 3 ? [(mean[0] + mean[1]) / 2] : []),
  ]);
  const fill = (length: number, value: number) => new Float64Array(length).fill(value);
  return {
    classes,
    members: [{
      weight: 1,
      transform: {
        name: "none",
        mean: new Array(latentDim).fill(0),
        std: new Array(latentDim).fill(1),
        scale: 1,
      },
      componentClass: [0, 1, 2],
      mixture: {
        covarianceType: "spherical",
        weights: ndarray("float64", [3], fill(3, 1 / 3)),
        means: ndarray("float64", [3, latentDim], Float64Array.from(means)),
        covariances: ndarray("float64", [3], fill(3, 0.25)),
        precisionsCholesky: ndarray("float64", [3], fill(3, 2)),
      },
    }],
  };
}

/** The tiny run: its models and its mixture. */
export function tinyRun(latentDim: 2 | 3 = 2): RunContents {
  const encoder = tinyEncoder(latentDim);
  const mixture = tinyMixture(latentDim);
  const classifier = buildClassifier(encoder, mixture);
  const classifierUint8 = buildClassifier(encoder, mixture, { input: "uint8" });
  return {
    files: {
      [RUN_FILES.encoder]: encodeModel(encoder),
      [RUN_FILES.decoder]: encodeModel(tinyDecoder(latentDim)),
      [RUN_FILES.classifier]: encodeModel(classifier),
      [RUN_FILES.classifierUint8]: encodeModel(classifierUint8),
      [RUN_FILES.mixture]: new TextEncoder().encode(formatMixture(mixture)),
    },
    description: {
      system: "tiny",
      classes: [...mixture.classes],
      imageShape: [SIDE, SIDE, 1],
      scale: 255,
      latentDim,
      seed: 0,
      options: {},
      versions: { glimpse: "0.1.0" },
      data: { counts: { train: 120, labelled: 15, test: 60 } },
      date: "2026-01-01T00:00:00.000Z",
      command: ["deno", "task", "train", "--out", "runs/tiny"],
      engine: "onnx (cpu)",
      exportCheck: { encoder: 0, decoder: 0, classifier: 0 },
      layers: [
        { network: "encoder", layer: "z_mean", type: "Dense", outputShape: [2], parameters: 34 },
      ],
    },
  };
}

/** Writes a whole run folder with the tiny models. */
export async function writeTinyRun(dir: string, latentDim: 2 | 3 = 2): Promise<void> {
  await writeRun(dir, tinyRun(latentDim));
}

/**
 * Glimpse learns from images that nobody labelled, and classifies with about five labels a class.
 *
 * ```ts
 * import { createSession, ndarray, SYSTEMS, trainSystem } from "@glimpse/glimpse";
 * import { assertEquals } from "@std/assert";
 *
 * // Two kinds of images: bright on the left with label 7, bright on the right with label 9.
 * const images = (count: number) => ndarray("uint8", [count, 4, 4, 1],
 *   Uint8Array.from({ length: count * 16 }, (_, i) => {
 *     const [image, column] = [Math.floor(i / 16), i % 4];
 *     return (column < 2) === (image % 2 === 0) ? 220 + image * i % 36 : image * i % 36;
 *   }));
 * const labels = (count: number) => Int32Array.from({ length: count }, (_, i) => i % 2 ? 9 : 7);
 *
 * // Train without labels; two labelled images name the clusters.
 * const { models, metrics } = await trainSystem(SYSTEMS.vae, {
 *   train: images(400),
 *   validation: undefined,
 *   labelled: { images: images(2), labels: labels(2) },
 *   test: { images: images(100), labels: labels(100) },
 *   labelSamples: [],
 * }, {
 *   options: { hidden: [32], epochs: 15, clusterEpochs: 0, learningRate: 5e-3 },
 *   batchSize: 40,
 * });
 * assertEquals(metrics.classification?.accuracy, 1);
 *
 * // Run the classifier with ONNX Runtime alone.
 * const session = await createSession(models["classifier_uint8.onnx"]);
 * const { label } = await session.run({ images: images(3) });
 * assertEquals([...label.data].map(Number), [7, 9, 7]);
 * await session.release();
 * ```
 *
 * @module
 */
export { type DType, type NdArray, ndarray } from "./lib/array/ndarray.ts";
export { InputError } from "./lib/input_error.ts";
export { Random } from "./lib/array/random.ts";

// Images in.
export type { Images, ImageSource, LabelledImages, LoadedImages } from "./lib/data/mod.ts";
export { loadImages, openImages } from "./lib/data/mod.ts";
export { filterClasses, labelImages, sampleLabelled, splitImages } from "./lib/data/mod.ts";
export { encodeNpz, readIdx, readNpy, readNpz } from "./lib/data/mod.ts";

// Train systems, or any step, and export.
export { trainRun, type TrainRunOptions, writeRun } from "./train/mod.ts";
export { adam, minimize, SYSTEMS, train, trainSystem, useBackend } from "./train/mod.ts";
export { exportOnnx, type ExportOnnxOptions } from "./train/mod.ts";
export { type ExportedFunction, exportFunction, type ExportFunctionOptions } from "./train/mod.ts";
export type { EpochLog, Feed, Step, System, Trained, TrainSystemOptions } from "./train/mod.ts";
export { emitGraph, record } from "./train/mod.ts";

// Run ONNX, and build it.
export { decodeModel, encodeModel, formatGraph, GraphBuilder } from "./lib/onnx/mod.ts";
export { createSession } from "./lib/runtime/mod.ts";
export type { Graph, Model as OnnxModel } from "./lib/onnx/mod.ts";
export type { Session } from "./lib/runtime/mod.ts";

// Fit mixtures, with few labels or none.
export { GaussianMixture, type GaussianMixtureOptions } from "./lib/mixture/mod.ts";
export { classifyLatents, fitLatentClassifier, selectLatentClassifier } from "./lib/latent/mod.ts";
export { buildClassifier } from "./lib/latent/mod.ts";
export { formatMixture, type LatentClassifier, parseMixture } from "./lib/latent/mod.ts";

// Use a run folder.
export { classify, openClassifier, openRun, type Prediction, type Run } from "./infer/mod.ts";
export { decodeLatents, encodeImages, reconstructImages } from "./infer/mod.ts";

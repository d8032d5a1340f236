/**
 * Glimpse learns from images that nobody labelled, and classifies with about five labels a class.
 *
 * ```ts
 * import { buildVae, exportModel, fit, useBackend } from "@glimpse/glimpse";
 * import { createSession, encodeImages, fitLatentClassifier, classifyLatents } from "@glimpse/glimpse";
 * import { assertEquals } from "@std/assert";
 *
 * // Two kinds of images: bright on the left, bright on the right. Nobody says which is which.
 * const isLeft = (image: number) => image % 2 === 0;
 * const pixels = Uint8Array.from({ length: 400 * 16 }, (_, i) => {
 *   const [image, column] = [Math.floor(i / 16), i % 4];
 *   return (column < 2) === isLeft(image) ? 220 + image * i % 36 : image * i % 36;
 * });
 * const images = { pixels, count: 400, height: 4, width: 4, channels: 1 };
 *
 * // Learn without labels.
 * await useBackend("cpu");
 * const model = buildVae([4, 4, 1], { hidden: [32], latentDim: 2 });
 * await fit(model, images, { epochs: 15, batchSize: 40, learningRate: 5e-3 });
 *
 * // Export, encode with ONNX Runtime alone, and give two images their label.
 * const { encoder } = await exportModel(model, { images });
 * const session = await createSession(encoder);
 * const latents = await encodeImages(session, images);
 * const labels = Int32Array.of(7, 9);
 * const few = { latents: { ...latents, shape: [2, 2], data: latents.data.slice(0, 4) }, labels };
 * const classifier = fitLatentClassifier(latents, few);
 *
 * const predicted = classifyLatents(classifier, latents).labels;
 * assertEquals([...predicted], Array.from({ length: 400 }, (_, i) => isLeft(i) ? 7 : 9));
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
export { sampleLabelled, filterClasses, splitImages } from "./lib/data/mod.ts";
export { encodeNpz, readIdx, readNpy, readNpz } from "./lib/data/mod.ts";

// Train without labels, and export.
export { adam, buildVae, exportModel, fit, useBackend } from "./train/mod.ts";
export { exportOnnx, type ExportOnnxOptions } from "./train/mod.ts";
export { type ExportedFunction, exportFunction, type ExportFunctionOptions } from "./train/mod.ts";
export type { EpochLog, ExportedModel, FitOptions, History, VaeOptions } from "./train/mod.ts";
export { emitGraph, record } from "./train/mod.ts";

// Run ONNX, and build it.
export { decodeModel, encodeModel, formatGraph, GraphBuilder } from "./lib/onnx/mod.ts";
export { createSession } from "./lib/runtime/mod.ts";
export type { Graph, Model as OnnxModel } from "./lib/onnx/mod.ts";
export type { Session } from "./lib/runtime/mod.ts";

// Fit mixtures, with few labels or none.
export { GaussianMixture, type GaussianMixtureOptions } from "./lib/mixture/mod.ts";
export { classifyLatents, fitLatentClassifier, selectLatentClassifier } from "./lib/latent/mod.ts";
export { formatMixture, type LatentClassifier, parseMixture } from "./lib/latent/mod.ts";

// Use a run folder.
export { openClassifier, readRun, type Run } from "./infer/mod.ts";
export { decodeLatents, encodeImages, reconstructImages } from "./infer/mod.ts";

/**
 * Uses a trained run: classifies, reconstructs and generates images. It needs nothing that trained it.
 *
 * @module
 */
export type { Manifest } from "../lib/run/manifest.ts";
export { readRun as openRun, type Run } from "../lib/run/run_folder.ts";
export { classify, type ClassifyOptions, type Prediction } from "./predict.ts";
export { Classifier, type ClassifierOptions, openClassifier } from "./classifier.ts";
export type { PixelKind } from "./classifier.ts";
export { openModel, type RunModel } from "../lib/run/open_model.ts";
export { openRunImages, type OpenRunImagesOptions } from "./load.ts";
export { type Classified, decodeLatents, encodeImages } from "../lib/runtime/run_images.ts";
export type { RunImagesOptions } from "../lib/runtime/run_images.ts";
export { reconstructImages } from "../lib/metrics/reconstruction.ts";
export { type Predictions, writePredictions, type WritePredictionsOptions } from "./predictions.ts";
export type { OutlierLimits, OutlierReason } from "../lib/latent/outlier.ts";
export { drawFromMixture, drawFromPrior, type SampleOptions } from "../lib/latent/latent_points.ts";
export { type LatentGrid, manifold, traversals } from "../lib/latent/latent_points.ts";

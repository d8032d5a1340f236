/**
 * Trains models and exports them: the only part of Glimpse that knows TensorFlow.js.
 *
 * ```ts
 * import { buildVae, exportModel, fit, useBackend } from "@glimpse/glimpse/train";
 * import { assert } from "@std/assert";
 *
 * await useBackend("cpu");
 * const pixels = Uint8Array.from({ length: 64 * 16 }, (_, i) => i % 16 < 8 ? 255 : i % 7);
 * const images = { pixels, count: 64, height: 4, width: 4, channels: 1 };
 *
 * const model = buildVae([4, 4, 1], { hidden: [16], latentDim: 2 });
 * const { epochs } = await fit(model, images, { epochs: 3, batchSize: 16 });
 * assert(epochs[2].loss < epochs[0].loss);
 *
 * const { encoder } = await exportModel(model, { images });
 * assert(encoder.graph.outputs.some(({ name }) => name === "z_mean"));
 * ```
 *
 * @module
 */
export { type BackendOptions, BACKENDS, useBackend } from "./tfjs/backends.ts";
export { type Model, type ModelName, MODELS, namedVariables } from "./models/mod.ts";
export { buildVae, type VaeOptions } from "./models/mod.ts";
export type { Losses, Objective, StepInputs } from "./objectives/objective.ts";
export { elboObjective, type ElboOptions } from "./objectives/elbo.ts";
export { clusterObjective, type ClusterOptions } from "./objectives/clusters.ts";
export { bernoulliLoss, gaussianLoss, klDivergence, type Reconstruction } from "./core/losses.ts";
export { adam, type AdamOptions, type Optimizer } from "./core/optimizers.ts";
export { type ScheduleName, SCHEDULES } from "./core/schedules.ts";
export { type EpochLog, fit, type FitOptions, type History, type Progress } from "./core/fit.ts";
export { type EngineName, ENGINES } from "./core/engines/old/mod.ts";
export { type ExportedModel, exportModel, type ExportOptions } from "./export/export.ts";
export { exportOnnx, type ExportOnnxOptions } from "./export/export_onnx.ts";
export {
  type ExportedFunction,
  exportFunction,
  type ExportFunctionOptions,
} from "./export/export_function.ts";
export type { ExportFunction } from "./export/exportable.ts";
export type { ExportInput } from "./export/free_batch.ts";
export {
  emitGraph,
  type EmitOptions,
  record,
  type Recording,
  type RecordOptions,
} from "./record/mod.ts";
export { fitModel, type FitModelOptions, type LabelledExamples } from "./core/fit_model.ts";
export type { ByName, LossFunction } from "./core/layers_loss.ts";
export type { Examples } from "./core/feed.ts";
export { trainSteps, type TrainStepsOptions } from "./core/train_steps.ts";
export type { Batch, Step } from "./core/step.ts";
export { type RecordedStep, recordStep, type RecordStepOptions } from "./record/record_step.ts";

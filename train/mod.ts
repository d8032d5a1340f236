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
export { type BackendOptions, BACKENDS, useBackend } from "./backends.ts";
export { type Model, type ModelName, MODELS, namedVariables } from "./models/mod.ts";
export { buildVae, type VaeOptions } from "./models/mod.ts";
export type { Losses, Objective, StepInputs } from "./objectives/objective.ts";
export { elboObjective, type ElboOptions } from "./objectives/elbo.ts";
export { clusterObjective, type ClusterOptions } from "./objectives/clusters.ts";
export { bernoulliLoss, gaussianLoss, klDivergence, type Reconstruction } from "./losses.ts";
export { adam, type AdamOptions, type Optimizer } from "./optimizers.ts";
export { type ScheduleName, SCHEDULES } from "./schedules.ts";
export { type EpochLog, fit, type FitOptions, type History, type Progress } from "./fit.ts";
export { type EngineName, ENGINES } from "./engines/mod.ts";
export { type ExportedModel, exportModel, type ExportOptions } from "./export.ts";
export { exportOnnx, type ExportOnnxOptions, type OnnxExport } from "./export_onnx.ts";
export type { ExportFunction } from "./exportable.ts";
export type { ExportInput } from "./free_batch.ts";
export {
  emitGraph,
  type EmitOptions,
  type Recording,
  trace,
  type TraceOptions,
} from "./trace/mod.ts";
export { fitModel, type FitModelOptions, type LabelledExamples } from "./fit_model.ts";
export type { ByName, LossFunction } from "./layers_loss.ts";
export type { Examples } from "./loop_runner.ts";
export { type Step, trainSteps, type TrainStepsOptions } from "./train_steps.ts";
export type { BatchLosses } from "./validation.ts";
export { type RecordedStep, recordStep, type RecordStepOptions } from "./record_step.ts";

/**
 * Trains systems and exports them: the only part of Glimpse that knows TensorFlow.js.
 *
 * ```ts
 * import { SYSTEMS, trainSystem } from "@glimpse/glimpse/train";
 * import { ndarray } from "@glimpse/glimpse/ndarray";
 * import { assert } from "@std/assert";
 *
 * const pixels = Uint8Array.from({ length: 64 * 16 }, (_, i) => i % 16 < 8 ? 255 : i % 7);
 * const train = ndarray("uint8", [64, 4, 4, 1], pixels);
 *
 * const data = { train, validation: undefined, test: undefined };
 * const options = { codes: 4, codeDim: 2, filters: [4], epochs: 3 };
 * const { history, models } = await trainSystem(SYSTEMS["vq-vae"], data, { options, batchSize: 16 });
 *
 * assert(Number(history[2].loss) < Number(history[0].loss));
 * assert(models["encoder.onnx"].graph.outputs.some(({ name }) => name === "codes"));
 * ```
 *
 * @module
 */
export { type SystemName, SYSTEMS } from "./systems/mod.ts";
export { type Context, defineSystem, type Outcome, type System } from "./systems/system.ts";
export type { ExportOptions, Phase } from "./systems/system.ts";
export { type FollowOptions, trainRun, type TrainRunOptions } from "./run/train_run.ts";
export type { TrainedRun, TrainListeners } from "./run/train_into.ts";
export { writeRun, type WriteRunOptions } from "./run/write_run.ts";
export { type Trained, trainSystem } from "./run/train_system.ts";
export type { TrainSystemOptions } from "./run/train_system_options.ts";
export type {
  DataByNeed,
  FewLabelsData,
  LabelledData,
  Need,
  UnlabelledData,
} from "./data/roles.ts";
export { train, type TrainOptions } from "./core/loop/train.ts";
export type { Chunk, Examples, Feed } from "./core/feed.ts";
export { type Batch, type Losses, minimize, type Step } from "./core/step.ts";
export { type Callback, earlyStopping, type EpochLog, type Progress } from "./core/callbacks.ts";
export { adam, type AdamOptions, type Optimizer } from "./core/optimizers.ts";
export { SCHEDULES } from "./core/schedules.ts";
export { bernoulliLoss, gaussianLoss, klDivergence, type Reconstruction } from "./core/losses.ts";
export { type EngineName, ENGINES } from "./core/engines/mod.ts";
export type { Engine, EngineOptions } from "./core/engines/engine.ts";
export { type FitData, fitModel, type FitModelOptions } from "./core/loop/fit_model.ts";
export type { LabelledExamples, Rows } from "./core/fit/arrays.ts";
export type { FitCallback } from "./core/fit/callbacks.ts";
export type { CompileOptions } from "./core/fit/compile.ts";
export type { BatchedDataset } from "./core/fit/dataset.ts";
export type { ClassWeight, WeightByClass } from "./core/fit/weights.ts";
export type { ByName, LossFunction } from "./core/layers_loss.ts";
export { trainSteps, type TrainStepsOptions } from "./core/loop/train_steps.ts";
export {
  exportTraining,
  type ExportTrainingOptions,
  trainingInputs,
  type TrainingInputsOptions,
} from "./core/engines/export_training.ts";
export { type LayerRow } from "./networks/layer_table.ts";
export { exportOnnx, type ExportOnnxOptions } from "./export/export_onnx.ts";
export {
  type ExportedFunction,
  exportFunction,
  type ExportFunctionOptions,
} from "./export/export_function.ts";
export type { ExportFunction } from "./export/exportable.ts";
export type { GraphModelLike } from "./export/exportable_graph.ts";
export type { ExportInput } from "./export/free_sizes.ts";
export { type BackendOptions, BACKENDS, useBackend } from "./tfjs/backends.ts";
export {
  emitGraph,
  type EmitOptions,
  record,
  type Recording,
  type RecordOptions,
} from "./record/mod.ts";
export { type RecordedStep, recordStep, type RecordStepOptions } from "./record/record_step.ts";

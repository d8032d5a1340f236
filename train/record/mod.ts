/**
 * Records TensorFlow.js as ONNX: a backend named `onnx` whose kernels append ONNX operations
 * instead of computing. {@linkcode record} records a function, {@linkcode emitGraph} writes its graph,
 * {@linkcode recordedKernels} lists its kernels; outside it, reading a tensor computes it.
 *
 * @example Compute on ONNX Runtime
 * ```ts
 * import * as tf from "@tensorflow/tfjs-core";
 * import "@glimpse/glimpse/record";
 * import { assertEquals } from "@std/assert";
 *
 * await tf.setBackend("onnx");
 * const y = tf.tidy(() => tf.sum(tf.square(tf.tensor1d([1, 2, 3]))));
 * assertEquals([...await y.data()], [14]);
 * ```
 *
 * @module
 */
export type { RecordingBackend } from "./backend.ts";
export { recordingBackend } from "./register.ts";
export { BACKEND_NAME, type Inputs, type KernelNode, type Recorded } from "./recording/recorded.ts";
export { emitGraph, type EmitOptions } from "./lower/onnx/emit_graph.ts";
export { type Origin, originOf, recordedKernels } from "./recording/recording.ts";
export type { Recording } from "./recording/recording.ts";
export { type InputSpec, record, type RecordOptions } from "./record.ts";
export { dropout, randomNormal, randomUniform, truncatedNormal } from "./random/random.ts";
export type { DropoutOptions, NormalOptions, UniformOptions } from "./random/random.ts";

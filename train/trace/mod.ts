/**
 * Records TensorFlow.js as ONNX: a backend named `onnx` whose kernels append ONNX operations
 * instead of computing.
 *
 * @module
 */
export { BACKEND_NAME, RecordingBackend, recordingBackend } from "./backend.ts";
export { emitGraph, type EmitOptions } from "./emit.ts";
export type { Recording } from "./recording.ts";
export { type InputSpec, trace, type TraceOptions } from "./trace.ts";
export { dropout, randomNormal, randomUniform, truncatedNormal } from "./random.ts";
export type { DropoutOptions, NormalOptions, UniformOptions } from "./random.ts";

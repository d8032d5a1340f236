import { InputError } from "../../../lib/input_error.ts";
import * as tf from "@tensorflow/tfjs-core";
import { BACKEND_NAME } from "../recording/recorded.ts";
import type { Drawing } from "./draws.ts";

/**
 * Random tensors that are drawn where the graph runs. TensorFlow.js draws its own while recording,
 * on the host, which would freeze them for every later run: that throws an error, except for `tf.dropout`
 * and the layers that drop, which become draws of the graph by the seed of the recording.
 *
 * The seed fixes the numbers: a compiled graph starts from it, and goes on from run to run and, in
 * a `Loop`, from step to step. On backends other than `onnx` these are TensorFlow.js's own
 * functions, which draw other numbers from the same seed.
 */
interface SeedOption {
  /** ONNX holds it as float32: a whole number below 2^24. */
  readonly seed: number;
}

/** Options for {@linkcode randomUniform}. */
export interface UniformOptions extends SeedOption {
  /** @default {0} */
  readonly low?: number;
  /** @default {1} */
  readonly high?: number;
}

/** Options for {@linkcode randomNormal} and {@linkcode truncatedNormal}. */
export interface NormalOptions extends SeedOption {
  /** @default {0} */
  readonly mean?: number;
  /** @default {1} */
  readonly stddev?: number;
}

/** Options for {@linkcode dropout}. */
export interface DropoutOptions extends SeedOption {
  /** The share of elements that become 0. @default {0.5} */
  readonly rate?: number;
}

/** Numbers spread evenly over [low, high). */
export function randomUniform(
  shape: readonly number[],
  { seed, low = 0, high = 1 }: UniformOptions,
): tf.Tensor {
  checkDraw(shape, { low, high });
  if (!isRecording()) return tf.randomUniform([...shape], low, high, "float32", seed);
  return draw({ kind: "randomUniform", low, high, shape, seed });
}

/** Normal numbers. */
export function randomNormal(shape: readonly number[], options: NormalOptions): tf.Tensor {
  return drawNormal("randomNormal", shape, options);
}

/** Normal numbers, those drawn again that lie over two standard deviations from the mean. */
export function truncatedNormal(shape: readonly number[], options: NormalOptions): tf.Tensor {
  return drawNormal("truncatedNormal", shape, options);
}

/** x with a share of its elements set to 0 and the others scaled up, so that the mean is kept. */
export function dropout(x: tf.Tensor, { seed, rate = 0.5 }: DropoutOptions): tf.Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new InputError(
      `Cannot drop out: rate is ${rate}, a number of 0 or more below 1 is needed`,
    );
  }
  return tf.tidy(() => {
    const isKept = tf.greaterEqual(randomUniform(x.shape, { seed }), rate);
    return tf.mul(tf.div(x, 1 - rate), tf.cast(isKept, "float32"));
  });
}

function drawNormal(
  kind: "randomNormal" | "truncatedNormal",
  shape: readonly number[],
  { seed, mean = 0, stddev = 1 }: NormalOptions,
): tf.Tensor {
  checkDraw(shape, { mean, stddev });
  // TensorFlow.js would look forever for a truncated number between bounds in the wrong order.
  if (stddev < 0) {
    throw new InputError(`Cannot draw: stddev is ${stddev}, a number of 0 or more is needed`);
  }
  if (!isRecording()) return tf[kind]([...shape], mean, stddev, "float32", seed);
  return draw({ kind, mean, stddev, shape, seed });
}

/** @throws {InputError} If a size is no integer of 0 or more, or a number is none. */
function checkDraw(shape: readonly number[], numbers: Readonly<Record<string, number>>): void {
  const [name, value] = Object.entries(numbers).find(([, value]) => !Number.isFinite(value)) ?? [];
  if (name !== undefined) {
    throw new InputError(`Cannot draw: ${name} is ${value}, a finite number is needed`);
  }
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return;
  throw new InputError(`Cannot draw: the shape is [${shape}], integers of 0 or more are needed`);
}

function isRecording(): boolean {
  return tf.getBackend() === BACKEND_NAME;
}

/** Runs the kernel of a drawing, which is the recording backend's own. */
function draw({ kind, ...attrs }: Drawing): tf.Tensor {
  return tf.engine().runKernel(kind, {}, attrs as unknown as tf.NamedAttrMap);
}

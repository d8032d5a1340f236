import * as tf from "@tensorflow/tfjs-core";
import { onnxDataType } from "../../lib/onnx/mod.ts";
import { BACKEND_NAME } from "./backend.ts";
import { op, record, recordingKernel, type Source } from "./recorder.ts";
import { tensorOf } from "./trace.ts";

/**
 * Random tensors that are drawn where the graph runs. TensorFlow.js draws its own while recording,
 * on the host, which would freeze them for every later run.
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
  /**
   * The share of elements that become 0.
   *
   * @default {0.5}
   */
  readonly rate?: number;
}

/** Numbers spread evenly over [low, high). */
export function randomUniform(
  shape: readonly number[],
  { seed, low = 0, high = 1 }: UniformOptions,
): tf.Tensor {
  if (!isRecording()) return tf.randomUniform([...shape], low, high, "float32", seed);
  return draw("randomUniform", shape, () => op.RandomUniform({ ...drawn(shape, seed), low, high }));
}

/** Normal numbers. */
export function randomNormal(
  shape: readonly number[],
  { seed, mean = 0, stddev = 1 }: NormalOptions,
): tf.Tensor {
  if (!isRecording()) return tf.randomNormal([...shape], mean, stddev, "float32", seed);
  const attributes = { ...drawn(shape, seed), mean, scale: stddev };
  return draw("randomNormal", shape, () => op.RandomNormal(attributes));
}

/** How often a truncated normal number is drawn again: 0.0455^7 is one in 2 10^9. */
const REDRAWS = 6;

/** Normal numbers, those drawn again that lie over two standard deviations from the mean. */
export function truncatedNormal(
  shape: readonly number[],
  { seed, mean = 0, stddev = 1 }: NormalOptions,
): tf.Tensor {
  if (!isRecording()) return tf.truncatedNormal([...shape], mean, stddev, "float32", seed);
  return draw("truncatedNormal", shape, () => {
    // All from one stream: those of neighbouring seeds are not independent.
    const count = 1 + REDRAWS;
    const draws = record(
      "Split",
      [
        op.RandomNormal({ ...drawn([count, ...shape], seed), mean: 0, scale: 1 }),
        Array(count).fill(1),
      ],
      { axis: 0 },
      count,
    );
    const chosen = draws.reduceRight((later, value) =>
      op.Where(op.Less(op.Abs(value), 2), value, later)
    );
    const truncated = op.Squeeze(op.Clip(chosen, -2, 2), [0]);
    return op.Add(op.Mul(truncated, stddev), mean);
  });
}

/** x with some elements 0 and the others made larger, so that their sum stays the same on average. */
export function dropout(x: tf.Tensor, { seed, rate = 0.5 }: DropoutOptions): tf.Tensor {
  return tf.tidy(() => {
    const isKept = tf.greaterEqual(randomUniform(x.shape, { seed }), rate);
    return tf.mul(tf.div(x, 1 - rate), tf.cast(isKept, "float32"));
  });
}

function isRecording(): boolean {
  return tf.getBackend() === BACKEND_NAME;
}

function drawn(shape: readonly number[], seed: number) {
  return { dtype: onnxDataType("float32"), shape: [...shape], seed };
}

function draw(name: string, shape: readonly number[], rule: () => Source): tf.Tensor {
  return tensorOf(recordingKernel(name, rule), shape, "float32");
}

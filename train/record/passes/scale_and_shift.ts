import { ndarray, sizeOf } from "../../../lib/array/ndarray.ts";
import { readersOf } from "./rebuild.ts";
import { type MergingRecorder, rewrite } from "./rewrite.ts";
import { constant, resolve, type Source } from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { recorded } from "../recording/recorded.ts";
import { Types } from "./types.ts";

/** Channels of fewer elements are not worth an operator that works on one channel after another. */
const CHANNEL_SIZE = 4;

/**
 * Scales and shifts the channels of images in one pass: `x * scale + shift`, with a number a channel
 * each, becomes ONNX's BatchNormalization with mean 0 and variance 1; in `x * scale + y + shift` the
 * shift comes first. The gradient of batch normalization is such a sum.
 */
export function scaleAndShift(recording: Recording): Recording {
  const types = new Types(recording);
  const readers = readersOf(recording);
  /** Whether one operation alone reads a value, and no output is it. */
  const isReadOnce = (recorded: Source) => {
    const source = resolve(recorded);
    if (source.kind !== "result") return false;
    const [reader, ...others] = readers.get(source.operation)!;
    return reader !== undefined && others.length === 0;
  };
  return rewrite(recording, ({ opType, operands: originals }, operands, recorder) => {
    if (opType !== "Add") return undefined;
    const channels = new Channels(types, recorder);
    for (const [i, j] of [[0, 1], [1, 0]]) {
      const [sum, shift] = [operands[i]!, channels.vector(operands[j]!, operands[i]!)];
      const whole = shift && channels.scaledAndShifted(sum, shift);
      if (whole) return [whole];
      const isSum = shift && sum.kind === "result" && sum.operation.opType === "Add" &&
        isReadOnce(originals[i]!);
      if (!isSum) continue;
      const [a, b] = sum.operation.operands as Source[];
      for (const [term, other] of [[a, b], [b, a]]) {
        const shape = `${types.shape(term)}`;
        const part = shape === `${types.shape(other)}` && channels.scaledAndShifted(term, shift);
        if (part) return [recorder.record("Add", [part, other])];
      }
    }
    return undefined;
  });
}

/** What has a number for each channel, the channels being the second axis. */
class Channels {
  readonly #types: Types;
  readonly #recorder: MergingRecorder;

  constructor(types: Types, recorder: MergingRecorder) {
    this.#types = types;
    this.#recorder = recorder;
  }

  /** `[channels]`, if broadcasting gives each channel of x a number of its own. */
  vector(source: Source, x: Source): Source | undefined {
    const [shape, whole] = [this.#types.shape(source), this.#types.shape(x)];
    if (!shape || !whole || whole.length < 3 || !this.#types.isFloat(x)) return undefined;
    const [batch, channels] = whole;
    const aligned = [...Array(Math.max(0, whole.length - shape.length)).fill(1), ...shape];
    const isVector = channels > 1 && sizeOf(whole) >= CHANNEL_SIZE * batch * channels &&
      aligned.every((size, axis) => size === (axis === 1 ? channels : 1));
    return isVector ? this.#flat(source, channels) : undefined;
  }

  /** `product + shift` where the product scales channels. */
  scaledAndShifted(product: Source, shift: Source): Source | undefined {
    if (product.kind !== "result" || product.operation.opType !== "Mul") return undefined;
    const [a, b] = product.operation.operands as Source[];
    for (const [x, factor] of [[a, b], [b, a]]) {
      const scale = this.vector(factor, x);
      if (scale === undefined) continue;
      const [channels] = this.#types.shape(scale)!;
      const all = (value: number) => constant("float32", [channels], Array(channels).fill(value));
      const operands = [x, scale, shift, all(0), all(1)];
      const y = this.#recorder.record("BatchNormalization", operands, { epsilon: 0 });
      return recorded(y, this.#types.shape(x)!).source;
    }
    return undefined;
  }

  #flat(source: Source, channels: number): Source {
    if (source.kind === "constant" && source.name === undefined) {
      return { ...source, array: ndarray(source.array.dtype, [channels], source.array.data) };
    }
    const original = source.kind === "result" ? source.operation.operands[0] : null;
    const isWidened = source.kind === "result" &&
      ["Reshape", "Unsqueeze"].includes(source.operation.opType);
    if (isWidened && `${this.#types.shape(original!)}` === `${channels}`) return original!;
    return this.#recorder.reshape(source, [channels], this.#types);
  }
}

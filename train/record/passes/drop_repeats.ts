import { util } from "@tensorflow/tfjs-core";
import {
  type Operation,
  recordOperation,
  repeatedElement,
  resolve,
  type Source,
} from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { recorded, shapeOf } from "../recording/recorded.ts";
import { broadcastShapes, operatorOf } from "../../../lib/onnx/mod.ts";
import { rebuild, recordAgain } from "./rebuild.ts";

/** A value that has fewer elements than it shows: `Expand(source, full)`. */
interface Repeat {
  readonly source: Source;
  readonly shape: readonly number[];
  readonly full: readonly number[];
}

/** Constants up to this many elements are not worth a look. */
const SMALL = 16;

/**
 * Leaves out each `Tile` or `Expand`, and each constant of one repeated value, where the operator
 * that reads it would broadcast as well. TensorFlow.js's gradients of means and of batch
 * normalization spread a number a channel over whole batches before they use it.
 */
export function dropRepeats(recording: Recording): Recording {
  return rebuild(recording, new Dropper(recording));
}

class Dropper {
  readonly #inputs: Recording["inputs"];
  readonly #results = new Map<Operation, Source[]>();
  readonly #repeats = new Map<Operation, Repeat>();

  constructor({ inputs }: Recording) {
    this.#inputs = inputs;
  }

  /** Records an operation again where its operands have changed; its operands come before it. */
  visit(operation: Operation): void {
    const operands = operation.operands.map((operand) => operand && resolve(operand));
    const repeat = this.#asRepeat(operation.opType, operands) ??
      (operatorOf(operation.opType).elementwise
        ? this.#elementwise(operation, operands)
        : undefined);
    if (repeat === undefined) {
      const sources = operands.map((operand) => operand && this.value(operand));
      this.#results.set(operation, recordAgain(operation, sources));
    } else if (isWhole(repeat)) {
      this.#results.set(operation, [repeat.source]);
    } else {
      this.#repeats.set(operation, repeat);
    }
  }

  /** A recorded value with all its elements; a constant stays as it is. */
  value(recorded: Source): Source {
    const source = resolve(recorded);
    if (source.kind !== "result") return source;
    const { operation, index } = source;
    const repeat = this.#repeats.get(operation);
    if (repeat !== undefined && !this.#results.has(operation)) {
      this.#results.set(operation, recordOperation("Expand", [repeat.source, repeat.full]));
    }
    return this.#results.get(operation)![index];
  }

  #asRepeat(opType: string, [x, sizes]: readonly (Source | null)[]): Repeat | undefined {
    if ((opType !== "Tile" && opType !== "Expand") || sizes?.kind !== "constant") return undefined;
    const small = this.#smallest(x!);
    if (small === undefined) return undefined;
    const counts = Array.from(sizes.array.data, Number);
    if (opType === "Expand") return { ...small, full: broadcastShapes([small.full, counts]) };
    const isOnlyRepeated = counts.every((count, axis) => count === 1 || small.full[axis] === 1);
    const full = small.full.map((size, axis) => size * counts[axis]);
    return isOnlyRepeated ? { ...small, full } : undefined;
  }

  /** Works on as few elements as there are; `undefined` where nothing is gained or known. */
  #elementwise(
    { opType, attributes, outputCount }: Operation,
    operands: readonly (Source | null)[],
  ): Repeat | undefined {
    const parts = operands.map((operand) => operand && this.#smallest(operand));
    if (outputCount !== 1 || parts.includes(undefined)) return undefined;
    const repeats = parts.filter((part) => !!part);
    if (repeats.every(isWhole)) return undefined;
    const sources = parts.map((part) => part ? part.source : null);
    const [source] = recordOperation(opType, sources, attributes);
    const shape = broadcastShapes(repeats.map((part) => part.shape));
    recorded(source, shape);
    return { source, shape, full: broadcastShapes(repeats.map((part) => part.full)) };
  }

  /** A value by as few elements as it has, or `undefined` if its shape is not known. */
  #smallest(source: Source): Repeat | undefined {
    if (source.kind === "constant") {
      const { array } = source;
      const isLarge = source.name === undefined && array.data.length > SMALL;
      const small = isLarge ? repeatedElement(array) : undefined;
      return small === undefined
        ? { source, shape: array.shape, full: array.shape }
        : { source: { kind: "constant", array: small }, shape: [], full: array.shape };
    }
    const repeat = source.kind === "result" ? this.#repeats.get(source.operation) : undefined;
    if (repeat !== undefined) return repeat;
    const shape = source.kind === "input" ? this.#inputs[source.name]?.shape : shapeOf(source);
    return shape && { source: this.value(source), shape, full: shape };
  }
}

function isWhole({ shape, full }: Repeat): boolean {
  return util.arraysEqual([...shape], [...full]);
}

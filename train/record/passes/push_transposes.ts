import { operatorOf } from "../../../lib/onnx/mod.ts";
import { rebuild, recordAgain } from "./rebuild.ts";
import {
  constant,
  type Operation,
  recordingKernel,
  recordOperation,
  resolve,
  type Source,
} from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { recorded } from "../recording/recorded.ts";
import { reducedAxes, Types } from "./types.ts";

/** A value that is not transposed yet: `Transpose(source, perm)`; no perm, and it is `source`. */
interface Layout {
  readonly source: Source;
  readonly perm?: readonly number[] | undefined;
}

interface Transposed extends Layout {
  readonly perm: readonly number[];
}

/**
 * Moves each `Transpose` towards the outputs, through what works on elements or along axes, so that
 * neighbours meet and cancel. TensorFlow.js keeps channels last and ONNX first: between two
 * convolutions the values then stay as ONNX has them.
 */
export function pushTransposes(recording: Recording): Recording {
  return rebuild(recording, new Pusher(recording));
}

class Pusher {
  readonly #types: Types;
  readonly #layouts = new Map<Operation, Layout[]>();
  readonly #transposes = new Map<string, Source>();

  constructor(recording: Recording) {
    this.#types = new Types(recording);
  }

  /** Records an operation again where its operands have changed; its operands come before it. */
  visit(operation: Operation): void {
    const layouts = this.#layoutsOf(operation);
    this.#layouts.set(operation, layouts);
    layouts.forEach((layout, index) =>
      this.#describe(layout, this.#types.shape({ kind: "result", operation, index }))
    );
  }

  /** A recorded value, transposed where it must be. */
  value(source: Source): Source {
    const layout = this.#layout(resolve(source));
    return layout.perm === undefined ? layout.source : this.#transpose(layout.source, layout.perm);
  }

  /** Says which shape a value has that gives one of a known shape when it is transposed. */
  #describe({ source, perm }: Layout, shape: readonly number[] | undefined): void {
    if (shape === undefined) return;
    recorded(
      source,
      perm === undefined ? shape : shape.map((_, axis) => shape[perm.indexOf(axis)]),
    );
  }

  #layoutsOf(operation: Operation): Layout[] {
    const { opType, attributes } = operation;
    const operands = operation.operands.map((operand) => operand && resolve(operand));
    const layouts = operands.map((operand) => operand && this.#layout(operand));
    const perm = layouts.find((layout) => layout?.perm !== undefined)?.perm;
    if (opType === "Transpose") {
      const { source, perm: inner } = layouts[0]!;
      const outer = attributes.perm as readonly number[];
      return [normalized(source, inner ? outer.map((axis) => inner[axis]) : outer)];
    }
    if (perm !== undefined && operatorOf(opType).elementwise) {
      const aligned = operands.map((operand) => operand && this.#aligned(operand, perm));
      if (aligned.every((operand) => operand !== undefined)) {
        return recordAgain(operation, aligned).map((source) => ({ source, perm }));
      }
    }
    if (layouts[0]?.perm !== undefined && operatorOf(opType).reduction) {
      return this.#reduce(operation, layouts[0] as Transposed);
    }
    if (layouts[0]?.perm !== undefined && (opType === "Slice" || opType === "Pad")) {
      const { source, perm } = layouts[0] as Transposed;
      const moved = opType === "Slice" ? sliceAlong(operands, perm) : padAlong(operands, perm);
      if (moved) {
        return recordAgain(operation, [source, ...moved]).map((source) => ({ source, perm }));
      }
    }
    if (
      perm !== undefined && opType === "Concat" && layouts.every((other) => isBy(other, perm))
    ) {
      const axis = perm.at(attributes.axis as number)!;
      return recordAgain(operation, layouts.map((layout) => layout!.source), {
        ...attributes,
        axis,
      })
        .map((source) => ({ source, perm }));
    }
    const sources = operands.map((operand) => operand && this.value(operand));
    return recordAgain(operation, sources).map((source) => ({ source }));
  }

  /** Reduces before it transposes: over the axes where those to reduce were. */
  #reduce(operation: Operation, { source, perm }: Transposed): Layout[] {
    const listed = operation.operands[1];
    const axes = reducedAxes(operation, perm.length) ?? perm.map((_, axis) => axis);
    const reduced = axes.map((axis) => perm.at(axis)!);
    const isListed = listed !== undefined && listed !== null;
    const [result] = recordAgain(
      operation,
      isListed ? [source, constant("int64", [reduced.length], reduced)] : [source],
      isListed || operation.attributes.axes === undefined
        ? operation.attributes
        : { ...operation.attributes, axes: reduced },
    );
    if (operation.attributes.keepdims !== 0) return [{ source: result, perm }];
    const kept = perm.filter((axis) => !reduced.includes(axis));
    const order = kept.toSorted((a, b) => a - b);
    return [normalized(result, kept.map((axis) => order.indexOf(axis)))];
  }

  /** What transposed by `perm` is the value, or `undefined` where its rank is unknown. */
  #aligned(operand: Source, perm: readonly number[]): Source | undefined {
    const layout = this.#layout(operand);
    if (isBy(layout, perm)) return layout.source;
    if (operand.kind === "constant" && operand.array.data.length === 1) return operand;
    const rank = this.#types.rank(operand);
    if (!(rank <= perm.length)) return undefined;
    if (rank === 0) return this.value(operand);
    const inverse = perm.map((_, axis) => perm.indexOf(axis));
    if (rank === 1) {
      const axes = inverse.flatMap((axis, i) => axis === perm.length - 1 ? [] : [i]);
      return recordOperation("Unsqueeze", [this.value(operand), axes])[0];
    }
    if (rank < perm.length) {
      const axes = perm.slice(rank).map((_, i) => i);
      return this.#transpose(recordOperation("Unsqueeze", [this.value(operand), axes])[0], inverse);
    }
    return this.#alignedRepeat(operand, perm) ?? this.#transpose(this.value(operand), inverse);
  }

  /** For a repeated small value, the small one transposed and then repeated. */
  #alignedRepeat(operand: Source, perm: readonly number[]): Source | undefined {
    if (operand.kind !== "result") return undefined;
    const { opType, operands: [x, sizes], kernel } = operand.operation;
    if (x === null || sizes?.kind !== "constant" || sizes.array.data.length !== perm.length) {
      return undefined;
    }
    const values = Array.from(sizes.array.data, Number);
    const moved = perm.map((_, axis) => values[perm.indexOf(axis)]);
    if (opType === "Reshape" && values.filter((size) => size !== 1).length < 2) {
      return recordingKernel(kernel, () => recordOperation("Reshape", [this.value(x), moved])[0]);
    }
    if (opType !== "Tile" && opType !== "Expand") return undefined;
    const small = this.#aligned(x, perm);
    return small && recordingKernel(kernel, () => recordOperation(opType, [small, moved])[0]);
  }

  #layout(source: Source): Layout {
    return source.kind === "result"
      ? this.#layouts.get(source.operation)![source.index]
      : { source };
  }

  /** Transposes a value; the same one in the same way only once. */
  #transpose(source: Source, perm: readonly number[]): Source {
    const transpose = () => recordOperation("Transpose", [source], { perm: [...perm] })[0];
    if (source.kind === "constant") return transpose();
    const value = source.kind === "input" ? source.name : `${source.operation.id}.${source.index}`;
    const key = `${source.kind} ${value} by ${perm}`;
    const transposed = this.#transposes.get(key) ?? transpose();
    this.#transposes.set(key, transposed);
    return transposed;
  }
}

/** The operands of a Slice after its first, for axes that are not transposed yet. */
function sliceAlong(
  [, starts, ends, axes, ...steps]: readonly (Source | null)[],
  perm: readonly number[],
): (Source | null)[] | undefined {
  if (axes?.kind !== "constant") return undefined;
  const moved = Array.from(axes.array.data, Number).map((axis) => perm.at(axis)!);
  return [starts, ends, constant("int64", [moved.length], moved), ...steps];
}

/** The operands of a Pad after its first, for axes that are not transposed yet. */
function padAlong(
  [, pads, ...rest]: readonly (Source | null)[],
  perm: readonly number[],
): (Source | null)[] | undefined {
  if (pads?.kind !== "constant" || pads.array.data.length !== 2 * perm.length) return undefined;
  const sizes = Array.from(pads.array.data, Number);
  const before = perm.map((_, axis) => sizes[perm.indexOf(axis)]);
  const after = perm.map((_, axis) => sizes[perm.length + perm.indexOf(axis)]);
  return [constant("int64", [sizes.length], [...before, ...after]), ...rest];
}

function normalized(source: Source, perm: readonly number[]): Layout {
  return perm.every((axis, i) => axis === i) ? { source } : { source, perm };
}

function isBy(layout: Layout | null, perm: readonly number[]): boolean {
  return layout?.perm !== undefined && layout.perm.join() === perm.join();
}

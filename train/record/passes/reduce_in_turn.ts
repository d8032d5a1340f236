import { rewrite } from "./rewrite.ts";
import { constant, type Source } from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { reducedAxes, Types } from "./types.ts";

/**
 * Reduces the last axes first where those to reduce do not lie side by side, as the axes of images
 * and of their pixels around the channels: `sum(x, [0, 2, 3]) = sum(sum(x, [2, 3]), [0])`. ONNX Runtime
 * takes about half the time, and rounds less.
 */
export function reduceInTurn(recording: Recording): Recording {
  const types = new Types(recording);
  return rewrite(recording, (operation, [x], recorder) => {
    const { opType, attributes, operands: [, listed] } = operation;
    if (opType !== "ReduceSum" && opType !== "ReduceMean") return undefined;
    const shape = x ? types.shape(x) : undefined;
    const axes = shape && reducedAxes(operation, shape.length)?.sort((a, b) => a - b);
    if (!axes || !types.isFloat(x!)) return undefined;
    const isLast = (axis: number, i: number) => shape.length - axis === axes.length - i;
    const [first, last] = [axes.filter((axis, i) => !isLast(axis, i)), axes.filter(isLast)];
    if (first.length === 0 || last.length === 0) return undefined;
    const reduced = (source: Source, axes: readonly number[]) =>
      listed
        ? recorder.record(opType, [source, constant("int64", [axes.length], axes)], attributes)
        : recorder.record(opType, [source], { ...attributes, axes });
    return [reduced(reduced(x!, last), first)];
  });
}

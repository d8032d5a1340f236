import { isSame } from "./rebuild.ts";
import { rewrite } from "./rewrite.ts";
import { constant, type Operation, type Source } from "../recording/operation.ts";
import type { Recording } from "../recording/recording.ts";
import { reducedAxes, Types } from "./types.ts";

/**
 * Leaves out sums of deviations from the mean, which are zero: `sum(x - mean(x)) = 0 mean(x)`, not a
 * number where the mean is none. The gradient of batch normalization goes through the mean that is
 * part of the variance, and adds such a sum for each channel.
 */
export function sumDeviations(recording: Recording): Recording {
  const types = new Types(recording);
  return rewrite(recording, (sum, [deviations], recorder) => {
    const mean = sum.opType === "ReduceSum" && deviations ? subtracted(deviations) : undefined;
    if (mean === undefined) return undefined;
    const rank = types.shape(mean.operands[0]!)?.length;
    const shape = types.shape({ kind: "result", operation: sum, index: 0 });
    const own = types.shape({ kind: "result", operation: mean, index: 0 });
    const isOverAll = rank !== undefined && axesOf(sum, rank) === axesOf(mean, rank);
    // Where the two keep axes differently, broadcasting would not give the shape of the sum.
    if (!isOverAll || `${shape}` !== `${own}`) return undefined;
    const zero = constant("float32", [], [0]);
    return [recorder.record("Mul", [{ kind: "result", operation: mean, index: 0 }, zero])];
  });
}

/** The operation `mean(x)` of a value `x - mean(x)`. */
function subtracted(source: Source): Operation | undefined {
  if (source.kind !== "result" || source.operation.opType !== "Sub") return undefined;
  const [x, mean] = source.operation.operands;
  if (mean?.kind !== "result" || mean.operation.opType !== "ReduceMean") return undefined;
  return isSame(mean.operation.operands[0], x) ? mean.operation : undefined;
}

/** The axes that an operation reduces, as a text. */
function axesOf(operation: Operation, rank: number): string {
  const axes = reducedAxes(operation, rank) ?? Array.from({ length: rank }, (_, axis) => axis);
  return axes.toSorted((a, b) => a - b).join();
}

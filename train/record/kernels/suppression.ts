import { kernel_impls, type TypedArray } from "@tensorflow/tfjs-core";
import { counted } from "../recording/counted.ts";
import { constant, dependsOnInput, op, type Source } from "../recording/operation.ts";
import {
  type Attrs,
  type Inputs,
  type Recorded,
  recorded,
  type RuleTable,
} from "../recording/recorded.ts";
import { cast } from "./dtype.ts";
import { list, values } from "./value_shaped.ts";

/**
 * Non-maximum suppression: computed while recording where boxes and scores are known, and ONNX's own
 * operator where not. Boxes are `[count, 4]` as `y1, x1, y2, x2`, scores `[count]`.
 */
export const suppressions: RuleTable = {
  // nonMaxSuppression(boxes, scores, maxOutputSize, iouThreshold, scoreThreshold) -> indices
  NonMaxSuppressionV3: (inputs, attrs) => {
    if (isKnown(inputs)) {
      return list(kernel_impls.nonMaxSuppressionV3Impl(...known(inputs, attrs)).selectedIndices);
    }
    const { source, count } = counted(selected(inputs, attrs), most(inputs, attrs));
    return recorded(source, [count], "int32");
  },
  // nonMaxSuppressionPadded(…, padToMaxOutputSize) -> indices and how many of them count
  NonMaxSuppressionV4: (inputs, attrs) => {
    const { padToMaxOutputSize, maxOutputSize } = attrs;
    if (isKnown(inputs)) {
      const found = kernel_impls.nonMaxSuppressionV4Impl(
        ...known(inputs, attrs),
        padToMaxOutputSize,
      );
      const valid = constant("int32", [], [found.validOutputs!]);
      return [list(found.selectedIndices), recorded(valid, [], "int32")];
    }
    const indices = selected(inputs, attrs);
    const size = cast(op.Squeeze(op.Shape(indices), [0]), "int32");
    const valid = recorded(size, [], "int32");
    if (padToMaxOutputSize) {
      const zeros = constant("int32", [maxOutputSize], Array(maxOutputSize).fill(0));
      const padded = op.Slice(op.Concat(indices, zeros, { axis: 0 }), [0], [maxOutputSize]);
      return [recorded(padded, [maxOutputSize], "int32"), valid];
    }
    const { source, count } = counted(indices, most(inputs, attrs));
    return [recorded(source, [count], "int32"), valid];
  },
  // nonMaxSuppressionWithScore(…, softNmsSigma) -> indices and their scores
  NonMaxSuppressionV5: (inputs, attrs) => {
    if (isKnown(inputs)) {
      const { selectedIndices, selectedScores } = kernel_impls.nonMaxSuppressionV5Impl(
        ...known(inputs, attrs),
        attrs.softNmsSigma,
      );
      return [list(selectedIndices), list(selectedScores!, "float32")];
    }
    if (attrs.softNmsSigma > 0) {
      throw new Error(
        `Cannot record kernel "NonMaxSuppressionV5" with softNmsSigma ${attrs.softNmsSigma}: ONNX has no soft suppression, 0 is needed`,
      );
    }
    const { source, count } = counted(selected(inputs, attrs), most(inputs, attrs));
    return [
      recorded(source, [count], "int32"),
      recorded(op.Gather(inputs.scores.source, source), [count]),
    ];
  },
};

function isKnown({ boxes, scores }: Inputs): boolean {
  return [boxes, scores].every(({ source }) => !dependsOnInput(source));
}

/** What every form takes, of values that are known. */
function known(
  { boxes, scores }: Inputs,
  { maxOutputSize, iouThreshold, scoreThreshold }: Attrs,
): [TypedArray, TypedArray, number, number, number] {
  return [values(boxes), values(scores), maxOutputSize, iouThreshold, scoreThreshold];
}

/** How many boxes can be selected. */
function most({ scores }: Inputs, { maxOutputSize }: Attrs): number {
  return Math.min(maxOutputSize, (scores as Recorded).shape[0]);
}

/** The indices that are selected, int32 `[any]`, from the best on. */
function selected(
  { boxes, scores }: Inputs,
  { maxOutputSize, iouThreshold, scoreThreshold }: Attrs,
): Source {
  // TensorFlow.js drops what overlaps by the threshold or more, ONNX by more. Everything overlaps by 0.
  const overlap = iouThreshold > 0 ? below(iouThreshold) : 0;
  const count = iouThreshold > 0 ? maxOutputSize : Math.min(maxOutputSize, 1);
  const found = op.NonMaxSuppression(
    op.Unsqueeze(boxes.source, [0]),
    op.Unsqueeze(scores.source, [0, 1]),
    constant("int64", [1], [count]),
    constant("float32", [1], [overlap]),
    constant("float32", [1], [scoreThreshold]),
  );
  // [any, 3]: batch, class, box
  const column = op.Squeeze(op.Slice(found, [2], [3], [1]), [1]);
  return cast(column, "int32");
}

/** The greatest 32-bit float below a positive one, or at most 1. */
function below(value: number): number {
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  float[0] = Math.min(value, 1);
  bits[0]--;
  return float[0];
}

import { backend_util, util } from "@tensorflow/tfjs-core";
import { op, type Source } from "../recorder.ts";
import { type Rule, type RuleTable, traced } from "../rule.ts";

/** Reduces x over `axis`, all axes where it is not given. */
function reduction(build: (x: Source, axes: number[], attributes: { keepdims: number }) => Source) {
  const rule: Rule = ({ x }, { axis, reductionIndices, keepDims }) => {
    // Max alone names its axes differently.
    const axes = util.parseAxisParam(axis ?? reductionIndices, [...x.shape]);
    const [reduced] = backend_util.computeOutAndReduceShapes([...x.shape], axes);
    const shape = keepDims ? backend_util.expandShapeToKeepDim(reduced, axes) : reduced;
    // ONNX reads an empty list of axes as all of them.
    const isUnchanged = axes.length === 0;
    const source = isUnchanged ? x.source : build(x.source, axes, { keepdims: keepDims ? 1 : 0 });
    return traced(source, shape, x.dtype);
  };
  return rule;
}

/** Kernels that fold axes away. */
export const reductions: RuleTable = {
  Sum: reduction((x, axes, attributes) => op.ReduceSum(x, axes, attributes)),
  // Before opset 18 these take their axes as an attribute, ReduceSum alone as an input.
  Max: reduction((x, axes, attributes) => op.ReduceMax(x, { axes, ...attributes })),
  Min: reduction((x, axes, attributes) => op.ReduceMin(x, { axes, ...attributes })),
  Mean: reduction((x, axes, attributes) => op.ReduceMean(x, { axes, ...attributes })),
  Prod: reduction((x, axes, attributes) => op.ReduceProd(x, { axes, ...attributes })),
};

/**
 * ONNX models as plain values: build a graph, write and read the file, run it.
 *
 * @module
 */
export { type Attribute, type Dim, formatGraph, type Graph, isGraph, type Model } from "./graph.ts";
export type { Node, ValueInfo } from "./graph.ts";
export { GraphBuilder, type GraphBuilderOptions } from "./graph_builder.ts";
export type { Value } from "./graph_builder.ts";
export type { Attributes, Operand, Operators } from "./op.ts";
export {
  broadcastShapes,
  isPure,
  type OperationFacts,
  operatorOf,
  reducedAxes,
  resultDtype,
} from "./operators.ts";
export { checkGraph } from "./check.ts";
export { decodeModel, encodeModel, type EncodeOptions, onnxDataType } from "./proto.ts";
export { BASE_OPSET, type NeededOpset, neededOpset, toOpset } from "./opset.ts";
export { type Difference, differences, greatestDifferences } from "./verify.ts";
export { writeModel, type WriteModelOptions } from "./write_model.ts";

import { InputError } from "../input_error.ts";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { VERSION } from "../version.ts";
import type { NdArray } from "../array/ndarray.ts";
import {
  type Attribute,
  type Dim,
  FLOAT_ATTRIBUTES,
  type Graph,
  isGraph,
  type Model,
  type ValueInfo,
} from "./graph.ts";
import {
  decodeTensor,
  dtypeOf,
  encodeEntries,
  encodeTensor,
  type ExternalTensor,
  onnxDataType,
} from "./tensor_proto.ts";

export { type ExternalTensor, onnxDataType } from "./tensor_proto.ts";

/** The IR version that goes with opset 17 (ONNX 1.12) and that every later runtime reads. */
const IR_VERSION = 8n;

/** Options for {@linkcode encodeModel}. */
export interface EncodeOptions {
  /** The initializers whose data is stored elsewhere, by name. @default {new Map()} */
  external?: ReadonlyMap<string, ExternalTensor>;
}

/** A model as the bytes of an `.onnx` file. */
export function encodeModel(
  { graph, opset, description, metadata = {} }: Model,
  { external = new Map() }: EncodeOptions = {},
): Uint8Array {
  const domains = new Set(graph.nodes.map((node) => node.domain).filter((domain) => domain !== ""));
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: "glimpse",
      producerVersion: VERSION,
      docString: description ?? "",
      opsetImport: [
        create(OperatorSetIdProtoSchema, { domain: "", version: BigInt(opset) }),
        ...[...domains].map((domain) => create(OperatorSetIdProtoSchema, { domain, version: 1n })),
      ],
      metadataProps: encodeEntries(metadata),
      graph: encodeGraph(graph, external),
    }),
  );
}

/**
 * The model in the bytes of an `.onnx` file, as {@linkcode encodeModel} writes it.
 *
 * @throws {InputError} If the bytes are no ONNX model, or use what this reader does not know.
 */
export function decodeModel(bytes: Uint8Array): Model {
  let proto;
  try {
    proto = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new InputError("Cannot read ONNX model: the bytes are not a model", { cause: error });
  }
  if (proto.graph === undefined) {
    throw new InputError("Cannot read ONNX model: it holds no graph");
  }
  const opset = proto.opsetImport.find(({ domain }) => domain === "")?.version;
  return {
    graph: decodeGraph(proto.graph),
    opset: Number(opset ?? 0n),
    description: proto.docString ?? "",
    metadata: Object.fromEntries(
      proto.metadataProps.map(({ key, value }) => [key ?? "", value ?? ""]),
    ),
  };
}

function encodeGraph(graph: Graph, external: EncodeOptions["external"] = new Map()): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map(encodeValueInfo),
    output: graph.outputs.map(encodeValueInfo),
    initializer: [...graph.initializers].map(([name, array]) =>
      encodeTensor(array, name, external.get(name))
    ),
    node: graph.nodes.map((node, index) =>
      create(NodeProtoSchema, {
        name: node.name ?? `${node.opType}_${index}`,
        opType: node.opType,
        domain: node.domain,
        input: [...node.inputs],
        output: [...node.outputs],
        attribute: Object.entries(node.attributes).map(encodeAttribute),
      })
    ),
  });
}

function decodeGraph(proto: GraphProto): Graph {
  return {
    name: proto.name ?? "",
    inputs: proto.input.map(decodeValueInfo),
    outputs: proto.output.map(decodeValueInfo),
    initializers: new Map(
      proto.initializer.map((tensor) => [tensor.name ?? "", decodeTensor(tensor)]),
    ),
    nodes: proto.node.map((node) => ({
      opType: node.opType ?? "",
      domain: node.domain ?? "",
      inputs: node.input,
      outputs: node.output,
      attributes: Object.fromEntries(
        node.attribute.map((attribute) => [attribute.name ?? "", decodeAttribute(attribute)]),
      ),
    })),
  };
}

function encodeValueInfo({ name, dtype, shape }: ValueInfo): ValueInfoProto {
  const dim = shape.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof size === "number"
        ? { case: "dimValue", value: BigInt(size) }
        : { case: "dimParam", value: size },
    })
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: "tensorType",
        value: create(TypeProto_TensorSchema, {
          elemType: onnxDataType(dtype),
          shape: create(TensorShapeProtoSchema, { dim }),
        }),
      },
    }),
  });
}

function decodeValueInfo({ name, type }: ValueInfoProto): ValueInfo {
  if (type?.value.case !== "tensorType") {
    throw new InputError(`Cannot read ONNX model: value "${name}" is no tensor`);
  }
  const { elemType, shape } = type.value.value;
  const dims = (shape?.dim ?? []).map(({ value }): Dim =>
    value.case === "dimValue" ? Number(value.value) : value.value ?? ""
  );
  return { name: name ?? "", dtype: dtypeOf(elemType), shape: dims };
}

function encodeAttribute([name, value]: [string, Attribute]): AttributeProto {
  return create(AttributeProtoSchema, { name, ...typedValue(value, FLOAT_ATTRIBUTES.has(name)) });
}

function typedValue(value: Attribute, isFloat: boolean) {
  const text = (value: unknown) => new TextEncoder().encode(String(value));
  if (typeof value === "string") return { type: AttributeType.STRING, s: text(value) };
  if (typeof value === "number") {
    return isFloat
      ? { type: AttributeType.FLOAT, f: value }
      : { type: AttributeType.INT, i: BigInt(value) };
  }
  if (Array.isArray(value)) {
    if (value.some((each) => typeof each === "string")) {
      return { type: AttributeType.STRINGS, strings: value.map(text) };
    }
    return isFloat
      ? { type: AttributeType.FLOATS, floats: value.map(Number) }
      : { type: AttributeType.INTS, ints: value.map(BigInt) };
  }
  if (isGraph(value)) return { type: AttributeType.GRAPH, g: encodeGraph(value) };
  return { type: AttributeType.TENSOR, t: encodeTensor(value as NdArray) };
}

function decodeAttribute(attribute: AttributeProto): Attribute {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  switch (attribute.type) {
    case AttributeType.FLOAT:
      return attribute.f ?? 0;
    case AttributeType.INT:
      return Number(attribute.i ?? 0n);
    case AttributeType.STRING:
      return text(attribute.s ?? new Uint8Array());
    case AttributeType.FLOATS:
      return attribute.floats;
    case AttributeType.INTS:
      return attribute.ints.map(Number);
    case AttributeType.STRINGS:
      return attribute.strings.map(text);
    case AttributeType.TENSOR:
      if (attribute.t !== undefined) return decodeTensor(attribute.t);
      break;
    case AttributeType.GRAPH:
      if (attribute.g !== undefined) return decodeGraph(attribute.g);
      break;
  }
  throw new InputError(
    `Cannot read ONNX model: attribute "${attribute.name}" has type ${attribute.type}`,
  );
}

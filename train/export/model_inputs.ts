import * as tfl from "@tensorflow/tfjs-layers";
import { InputError } from "../../lib/input_error.ts";
import type { ExportInput } from "./free_sizes.ts";

/**
 * What a model takes, by the names of its inputs. What only chooses rows, as the input of an
 * embedding does, is int32, whatever the layer declares.
 *
 * @param overrides What is known better, by name.
 * @throws {InputError} If a size after the first is free, or no input has such a name.
 */
export function modelInputs(
  model: tfl.LayersModel,
  overrides: Readonly<Record<string, ExportInput>>,
): [string, ExportInput][] {
  for (const name of Object.keys(overrides)) {
    if (!model.inputNames.includes(name)) {
      throw new InputError(
        `Cannot export model "${model.name}": it has no input "${name}", its inputs are ${
          model.inputNames.join(", ")
        }`,
      );
    }
  }
  return model.inputs.map((tensor, i): [string, ExportInput] => {
    const name = model.inputNames[i];
    return [name, { ...describeInput(model, tensor), ...overrides[name] }];
  });
}

function describeInput(model: tfl.LayersModel, tensor: tfl.SymbolicTensor): ExportInput {
  const { shape } = tensor;
  const counts = consumers(model, tensor).map(choiceCount);
  const known = counts.filter((count) => count !== undefined);
  const range = known.length === 0 ? {} : { range: [0, Math.min(...known)] as const };
  const isChoice = counts.length > 0 && known.length === counts.length;
  const dtype = isChoice ? "int32" : tensor.dtype as NonNullable<ExportInput["dtype"]>;
  return { shape, dtype, ...range };
}

/** A layer that reads a tensor, and which of its inputs that is. */
interface Consumer {
  readonly layer: tfl.layers.Layer;
  readonly tensor: tfl.SymbolicTensor;
}

/** What TensorFlow.js does not declare of a connection between layers. */
interface Connection {
  readonly outboundLayer: tfl.layers.Layer;
  readonly inputTensors: readonly tfl.SymbolicTensor[];
}

/** The layers of a model that read a tensor, those inside of nested models included. */
function consumers(model: tfl.LayersModel, tensor: tfl.SymbolicTensor): Consumer[] {
  const connections = tensor.sourceLayer.outboundNodes as unknown as readonly Connection[];
  return connections
    .filter(({ outboundLayer, inputTensors }) =>
      model.layers.includes(outboundLayer) && inputTensors.includes(tensor)
    )
    .flatMap(({ outboundLayer: layer, inputTensors }) =>
      layer instanceof tfl.LayersModel
        ? consumers(layer, layer.inputs[inputTensors.indexOf(tensor)])
        : [{ layer, tensor }]
    );
}

/** How many rows or categories a layer chooses from by index; `undefined` if it does not choose. */
function choiceCount({ layer }: Consumer): number | undefined {
  const { inputDim, numTokens } = layer.getConfig();
  const kind = layer.getClassName();
  if (kind === "Embedding") return inputDim as number;
  return kind === "CategoryEncoding" ? numTokens as number : undefined;
}

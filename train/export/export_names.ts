import type * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../lib/input_error.ts";
import type { Exportable } from "./exportable.ts";
import { BATCH, type Computation, type ExportInput } from "./free_sizes.ts";

type Inputs = Record<string, ExportInput>;

/**
 * The inputs of what is exported, by the names that the graph has for them.
 *
 * @throws {InputError} If there are not as many names as inputs, or two are equal.
 */
export function nameInputs(
  { name, inputs }: Exportable,
  inputNames: readonly string[] = inputs.map(([name]) => name),
): Inputs {
  checkNames(name, "input", { names: inputNames, count: inputs.length });
  return Object.fromEntries(inputs.map(([, spec], i) => [inputNames[i], spec]));
}

/**
 * What is exported as a function of the graph's inputs to its outputs. It throws InputError when it
 * runs if two outputs, or an output and an input, have one name.
 */
export function nameOutputs(
  { name, compute }: Exportable,
  { inputNames, outputNames }: {
    inputNames: readonly string[];
    outputNames: readonly string[] | undefined;
  },
): Computation {
  return (tensors: Record<string, tf.Tensor>) => {
    const outputs = compute(inputNames.map((name) => tensors[name]));
    const names = outputNames ?? outputs.map(([name]) => name);
    checkNames(name, "output", { names, count: outputs.length });
    const shared = names.find((name) => inputNames.includes(name));
    if (shared !== undefined) {
      throw new InputError(
        `Cannot export "${name}": an input and an output are called "${shared}", \`outputNames\` must tell them apart`,
      );
    }
    return Object.fromEntries(outputs.map(([, tensor], i) => [names[i], tensor]));
  };
}

/**
 * Frees the axes that are to be free, and gives the name of the batch size.
 *
 * @throws {InputError} If first axes have several names, or one is free that is not to be.
 */
export function freeAxes(
  name: string,
  inputs: Inputs,
  dynamicAxes?: Readonly<Record<string, Readonly<Record<number, string>>>>,
): { inputs: Inputs; batchName: string } {
  const names = new Set(
    Object.values(dynamicAxes ?? {}).flatMap((axes) => 0 in axes ? [axes[0]] : []),
  );
  if (names.size > 1) {
    throw new InputError(
      `Cannot export "${name}": the batch is called ${
        [...names].join(" and ")
      }, one name is needed`,
    );
  }
  const freed = Object.entries(inputs).map(([input, spec]): [string, ExportInput] => {
    const listed = dynamicAxes?.[input] ?? {};
    if (dynamicAxes !== undefined && spec.shape[0] === null && !(0 in listed)) {
      throw new InputError(
        `Cannot export "${name}": the first axis of input "${input}" is free, but \`dynamicAxes\` does not name it`,
      );
    }
    const shape = spec.shape.map((size, axis) =>
      axis in listed ? axis === 0 ? null : listed[axis] : size
    );
    return [input, { ...spec, shape }];
  });
  return { inputs: Object.fromEntries(freed), batchName: [...names][0] ?? BATCH };
}

function checkNames(
  exported: string,
  kind: "input" | "output",
  { names, count }: { names: readonly string[]; count: number },
): void {
  if (names.length !== count) {
    throw new InputError(
      `Cannot export "${exported}": it has ${count} ${kind}s, but ${names.length} names are given for them`,
    );
  }
  if (names.includes("")) {
    throw new InputError(`Cannot export "${exported}": an ${kind} has no name`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new InputError(
      `Cannot export "${exported}": two ${kind}s are called "${twice}", \`${kind}Names\` must tell them apart`,
    );
  }
}

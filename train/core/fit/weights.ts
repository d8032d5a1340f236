import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import type { Examples } from "../feed.ts";

/** The weight of each class, by its number. */
export type WeightByClass = Readonly<Record<number, number>>;

/** For a model of one output, or for outputs by their names or in the model's order. */
export type ClassWeight =
  | WeightByClass
  | Readonly<Record<string, WeightByClass>>
  | readonly WeightByClass[];

/** Options for {@linkcode rowWeights}. */
export interface RowWeightsOptions {
  /** A weight for each row, by output. */
  readonly sampleWeight: Examples;
  readonly classWeight: ClassWeight | undefined;
  readonly outputNames: readonly string[];
}

/**
 * A weight for each row of the outputs that have any, `[count]`: the product of its sample weight
 * and the weight of its class.
 *
 * @param labels By output; class weights need numbers of classes `[count]` or `[count, 1]`, or
 * one-hot rows.
 * @throws {InputError} If there is no weight for a class, or not one weight a row.
 */
export function rowWeights(
  labels: Examples,
  { sampleWeight, classWeight, outputNames }: RowWeightsOptions,
): Record<string, NdArray<"float32">> {
  const byClass = classWeight === undefined ? {} : byOutput(classWeight, outputNames);
  const found: Record<string, NdArray<"float32">> = {};
  for (const [name, array] of Object.entries(labels)) {
    const [given, weights] = [sampleWeight[name], byClass[name]];
    if (given === undefined && weights === undefined) continue;
    const count = array.shape[0];
    const data = new Float32Array(count).fill(1);
    if (given !== undefined) {
      if (given.data.length !== count || given.dtype === "uint8") {
        throw new InputError(
          `Cannot train: the sample weights of output "${name}" are ${given.dtype} [${given.shape}], float32 [${count}] is needed`,
        );
      }
      data.set(given.data);
    }
    if (weights !== undefined) {
      classesOf(array, name).forEach((label, i) => {
        if (!Number.isFinite(weights[label])) {
          throw new InputError(
            `Cannot train: classWeight has ${
              weights[label]
            } for class ${label} of output "${name}", a number for each class of the labels is needed`,
          );
        }
        data[i] *= weights[label];
      });
    }
    found[name] = ndarray("float32", [count], data);
  }
  return found;
}

function byOutput(
  classWeight: ClassWeight,
  outputNames: readonly string[],
): Readonly<Record<string, WeightByClass>> {
  if (Array.isArray(classWeight)) {
    return Object.fromEntries(classWeight.map((weights, i) => [outputNames[i], weights]));
  }
  const entries = Object.entries(classWeight as Readonly<Record<string, unknown>>);
  const isByName = entries.some(([, weights]) => typeof weights === "object");
  const unknown = entries.find(([name]) => isByName && !outputNames.includes(name));
  if (unknown !== undefined || (!isByName && outputNames.length > 1)) {
    throw new InputError(
      `Cannot train: classWeight has ${
        unknown === undefined ? "no names of outputs" : `no output "${unknown[0]}" to weigh`
      }, weights by the names of outputs are needed (${outputNames.join(", ")})`,
    );
  }
  return isByName
    ? classWeight as Readonly<Record<string, WeightByClass>>
    : { [outputNames[0]]: classWeight as WeightByClass };
}

/** The number of the class of each row. */
function classesOf({ shape, data }: Examples[string], name: string): number[] {
  const [count, width = 1, ...rest] = shape;
  if (rest.length > 0) {
    throw new InputError(
      `Cannot train: classWeight is given for output "${name}", whose labels are [${shape}], numbers of classes [${count}] or one-hot rows are needed`,
    );
  }
  if (width === 1) return Array.from(data);
  return Array.from({ length: count }, (_, i) => {
    const row = data.subarray(i * width, (i + 1) * width);
    return row.indexOf(Math.max(...row));
  });
}

import * as tf from "@tensorflow/tfjs-core";
import { type DType, type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { encodeNpz, readNpz } from "../../lib/data/mod.ts";
import { writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { InputError } from "../../lib/input_error.ts";
import type { Callback, EpochLog } from "./callbacks.ts";
import type { Variables } from "./variables.ts";

/** The state of a training after an epoch. */
export interface Checkpoint {
  /** From 1, through all phases. */
  readonly epoch: number;
  readonly phase: string;
  /** The log of every epoch so far. */
  readonly history: readonly EpochLog[];
  /** Weights, moments of optimizers, codebooks, by name. */
  readonly variables: Readonly<Record<string, NdArray>>;
}

/** The array of a checkpoint's file that holds the history, as the bytes of its JSON. */
const HISTORY = "history";

/**
 * Writes a checkpoint after each epoch: one `.npz` file, replaced whole or not at all.
 *
 * @param variables All that the step assigns, by names that are the same in every process.
 * @param options `history` is that of the epochs before: of earlier phases, or of the training that
 * is resumed.
 */
export function saveCheckpoint(
  path: string,
  variables: Variables,
  { history = [] }: { history?: readonly EpochLog[] } = {},
): Callback {
  let logs = history;
  return async (log) => {
    logs = [...logs, log];
    const json = new TextEncoder().encode(JSON.stringify(logs));
    const bytes = encodeNpz({
      [HISTORY]: ndarray("uint8", [json.length], json),
      ...await readVariables(variables),
    });
    await writeFile(path, (file) => writeAll(file, bytes), { force: true });
  };
}

/** @throws {InputError} If there is no checkpoint, or it is damaged. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { [HISTORY]: json, ...variables } = await readNpz(path);
  const history = parseHistory(json);
  const last = history?.at(-1);
  if (history === undefined || last === undefined) {
    throw new InputError(`Cannot resume from "${path}": it holds no history of a training`);
  }
  return { epoch: last.epoch, phase: last.phase, history, variables };
}

/**
 * Gives variables their values of a checkpoint.
 *
 * @throws {InputError} If it has other variables, or of other shapes: it is of another model.
 */
export function restore(variables: Variables, checkpoint: Checkpoint): void {
  const names = Object.keys(variables);
  const unknown = Object.keys(checkpoint.variables).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InputError(`Cannot resume: the checkpoint has "${unknown}", which is not trained`);
  }
  for (const [name, variable] of Object.entries(variables)) {
    const value = checkpoint.variables[name];
    if (value === undefined || `${value.shape}` !== `${variable.shape}`) {
      throw new InputError(
        `Cannot resume: the checkpoint has "${name}" of shape [${
          value?.shape ?? "missing"
        }], [${variable.shape}] is needed`,
      );
    }
  }
  for (const [name, variable] of Object.entries(variables)) {
    const { data, shape } = checkpoint.variables[name];
    tf.tidy(() =>
      variable.assign(tf.tensor(data as Float32Array, [...shape], variable.dtype as "float32"))
    );
  }
}

/** The values of variables, by name. */
export async function readVariables(variables: Variables): Promise<Record<string, NdArray>> {
  const values: Record<string, NdArray> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const data = await variable.data();
    values[name] = ndarray(variable.dtype as DType, variable.shape, data.slice() as Float32Array);
  }
  return values;
}

function parseHistory(json: NdArray | undefined): EpochLog[] | undefined {
  try {
    const history = JSON.parse(new TextDecoder().decode(json?.data as Uint8Array));
    return Array.isArray(history) ? history : undefined;
  } catch {
    return undefined;
  }
}

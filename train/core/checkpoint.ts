import { exists } from "../../lib/files/out_path.ts";
import { z } from "zod";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { encodeNpz, readNpz } from "../../lib/data/mod.ts";
import { writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { InputError } from "../../lib/input_error.ts";
import type { InputSpec } from "../record/mod.ts";
import { inputTensors, withRecording } from "../record/record.ts";
import { variablesUsedBy } from "../record/record_step.ts";
import type { Callback, EpochLog } from "./callbacks.ts";
import type { Step } from "./step.ts";
import { readVariables, type Variables, writeVariables } from "../record/variables.ts";
import { namedVariables, type Networks } from "./variables.ts";

/** The state of a phase of training after one of its epochs. */
export interface Checkpoint {
  /** The log of each of its epochs so far. */
  readonly history: readonly EpochLog[];
  /** Weights, moments of optimizers, codebooks, by name. */
  readonly variables: Readonly<Record<string, NdArray>>;
  /** What else was kept after its epochs, by name. */
  readonly kept: Readonly<Record<string, NdArray>>;
}

const history = z.array(
  z.object({ epoch: z.int().positive(), phase: z.string() })
    .catchall(z.union([z.number(), z.string()])),
).min(1);

/** The array of a checkpoint's file that holds the history, as the bytes of its JSON. */
const HISTORY = "history";

/** Before the names of arrays that are no variables. */
const KEPT = "kept/";

/** Options for {@linkcode openCheckpoint}. */
export interface CheckpointOptions {
  /** Arrays that are saved as they are then; those of a checkpoint that is there are added. @default {{}} */
  kept?: Record<string, NdArray> | undefined;
  /**
   * The greatest share of the time that saving may take: an epoch after which it would take more is
   * not saved. 1 saves each.
   * @default {0.05}
   */
  share?: number | undefined;
}

/**
 * Writes a checkpoint after epochs: one `.npz` file, replaced whole or not at all.
 *
 * @param variables All that the step assigns, by names that are the same in every process.
 * @param options `history` is that of the epochs before, of a phase that is resumed.
 */
export function saveCheckpoint(
  path: string,
  variables: Variables,
  { history = [], kept = {}, share = 0.05 }: CheckpointOptions & Partial<Checkpoint> = {},
): Callback {
  const logs = [...history];
  let due = 0;
  return async (log) => {
    logs.push(log);
    const start = performance.now();
    if (start < due) return;
    const json = new TextEncoder().encode(JSON.stringify(logs));
    const bytes = encodeNpz({
      [HISTORY]: ndarray("uint8", [json.length], json),
      ...Object.fromEntries(Object.entries(kept).map(([name, array]) => [KEPT + name, array])),
      ...await readVariables(variables),
    });
    await writeFile(path, (file) => writeAll(file, bytes), { force: true });
    const end = performance.now();
    due = end + (end - start) * (1 / share - 1);
  };
}

/** @throws {InputError} If there is no checkpoint, or it is damaged. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { [HISTORY]: json, ...arrays } = await readNpz(path);
  const history = parseHistory(json);
  if (history === undefined) {
    throw new InputError(`Cannot resume from "${path}": it holds no history of a training`);
  }
  const variables: Record<string, NdArray> = {}, kept: Record<string, NdArray> = {};
  for (const [name, array] of Object.entries(arrays)) {
    if (name.startsWith(KEPT)) kept[name.slice(KEPT.length)] = array;
    else variables[name] = array;
  }
  return { history, variables, kept };
}

/**
 * All that a phase of training changes, by names that are the same in every process: every weight of
 * the networks, and whatever else the step reads or assigns, such as the moments of optimizers.
 */
export function phaseVariables(
  networks: Networks,
  step: Step,
  inputs: Readonly<Record<string, InputSpec>>,
): Variables {
  const weights = namedVariables(networks);
  const known = new Set(Object.values(weights));
  const used = withRecording(() => variablesUsedBy(() => step(inputTensors(inputs))));
  const others = used.filter((variable) => !known.has(variable))
    .map((variable, i) => [`step/${i}`, variable]);
  return { ...weights, ...Object.fromEntries(others) };
}

/**
 * Gives variables their values of a checkpoint.
 *
 * @throws {InputError} If it has other variables, or of other shapes: it is of another model.
 */
export function restore(
  variables: Variables,
  checkpoint: Pick<Checkpoint, "variables">,
): void {
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
  writeVariables(variables, checkpoint.variables);
}

/** The checkpoint of a phase that begins, or goes on. */
export interface OpenCheckpoint {
  /** The log of the epochs of the phase that are done. */
  readonly history: readonly EpochLog[];
  /** Saves the state after an epoch, unless that would exceed the share of the time. */
  readonly save: Callback;
  /**
   * Gives the variables the values of the last epoch saved, or of the begin of the phase.
   *
   * @returns The number of epochs of the phase that they have seen.
   */
  goBack(): Promise<number>;
}

/**
 * Opens the checkpoint of a phase. If there is one already, the variables get its values.
 *
 * @throws {InputError} If it is damaged or of another model.
 */
export async function openCheckpoint(
  path: string,
  variables: Variables,
  { kept = {}, share }: CheckpointOptions = {},
): Promise<OpenCheckpoint> {
  const find = async () => await exists(path) ? await readCheckpoint(path) : undefined;
  const begin = { history: [], variables: await readVariables(variables) };
  const found = await find();
  if (found !== undefined) restore(variables, found);
  Object.assign(kept, found?.kept);
  const { history } = found ?? begin;
  return {
    history,
    save: saveCheckpoint(path, variables, { history, kept, share }),
    async goBack() {
      const last = await find() ?? begin;
      restore(variables, last);
      return last.history.length;
    },
  };
}

function parseHistory(json: NdArray | undefined): EpochLog[] | undefined {
  try {
    return history.parse(JSON.parse(new TextDecoder().decode(json?.data as Uint8Array)));
  } catch {
    return undefined;
  }
}

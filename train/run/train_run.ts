import type { Host } from "../../lib/command/command.ts";
import { formatFlags, optionDefaults, type OptionValues } from "../../lib/command/flags.ts";
import { checkValues } from "../../lib/command/flag_values.ts";
import { dataOptions, type DataValues, type NeedValues } from "../data/options.ts";
import type { TrainValues } from "./options.ts";
import { type SystemName, SYSTEMS } from "../systems/mod.ts";
import { checkKnown, defaultSystem, optionsOf } from "./run_options.ts";
import { type TrainedRun, trainInto, type TrainListeners } from "./train_into.ts";

/**
 * The options of the command `train` for one system: the names of its flags in camel case, such as
 * `labelsPerClass`, with their defaults.
 */
export type TrainRunOptions<M extends SystemName = SystemName> =
  & Partial<DataValues & Omit<TrainValues, "model" | "json">>
  & Partial<OptionValues<(typeof SYSTEMS)[M]["options"]>>
  & Partial<NeedValues<(typeof SYSTEMS)[M]["needs"]>>
  & { model?: M; preset?: string };

/** How {@linkcode trainRun} is followed and ended. */
export interface FollowOptions extends TrainListeners {
  /** Told what the command prints, a line at a time. */
  onMessage?: (line: string) => void;
  /** Ends the training; `resume` goes on with it if it had done an epoch. */
  signal?: AbortSignal;
}

/**
 * Trains a system and writes its run folder, report included: all that the command `train` does.
 *
 * @example Usage
 * ```ts ignore
 * import { trainRun } from "@glimpse/glimpse/train";
 *
 * const { dir } = await trainRun({ train: "photos/", val: "labelled/", out: "runs/mine" });
 * ```
 *
 * @throws {InputError} If an option or the images cannot be used, or the folder cannot be written.
 * @throws The reason of `signal`, if that is aborted.
 */
export async function trainRun<M extends SystemName = SystemName>(
  options: TrainRunOptions<M>,
  { onMessage = () => {}, signal, ...listeners }: FollowOptions = {},
): Promise<TrainedRun> {
  const name = options.model ?? defaultSystem(options.train ?? dataOptions.train.default);
  checkKnown("system", name, SYSTEMS);
  const { json: _, ...table } = optionsOf(name, options.preset);
  for (const option of Object.keys(options)) checkKnown("option", option, table);
  const values = checkValues(table, { ...optionDefaults(table), ...options });
  const host: Host = {
    args: formatFlags(options, table),
    print: onMessage,
    status: {
      writeSync(bytes) {
        onMessage(new TextDecoder().decode(bytes).trimEnd());
        return bytes.length;
      },
      isTerminal: () => false,
    },
    exit: () => {},
  };
  return await trainInto(name, values, { host, ...withSignal(listeners, signal) });
}

/** Listeners that throw where a signal was aborted, which ends the training. */
function withSignal(listeners: TrainListeners, signal: AbortSignal | undefined): TrainListeners {
  if (signal === undefined) return listeners;
  signal.throwIfAborted();
  return {
    ...listeners,
    onProgress(progress) {
      listeners.onProgress?.(progress);
      signal.throwIfAborted();
    },
    onWork(unit, done, total) {
      listeners.onWork?.(unit, done, total);
      signal.throwIfAborted();
    },
  };
}

import { optionDefaults, type OptionTable } from "../../lib/command/flags.ts";
import type { Option } from "../../lib/command/option.ts";
import { suggestion } from "../../lib/command/suggestion.ts";
import { InputError } from "../../lib/input_error.ts";
import { dataOptions, needOptions } from "../data/options.ts";
import { trainOptions } from "./options.ts";
import { type SystemName, SYSTEMS } from "../systems/mod.ts";
import type { System } from "../systems/system.ts";

/**
 * Every option of the command for a system.
 *
 * @param preset Whose values are the defaults; one that the system has not is passed over.
 */
export function optionsOf(name: SystemName, preset = ""): OptionTable {
  const system: System = SYSTEMS[name];
  const tables = [dataOptions, needOptions[system.needs], system.options, trainOptions];
  const { ignores = {}, presets = {} } = system;
  const all: OptionTable = Object.assign({}, ...tables, presetOption(presets));
  const defaults = Object.hasOwn(presets, preset) ? presets[preset].values : {};
  return Object.fromEntries(
    Object.entries(all).filter(([key]) => !Object.hasOwn(ignores, key)).map(([key, option]) => [
      key,
      Object.hasOwn(defaults, key) ? { ...option, default: defaults[key] } as Option : option,
    ]),
  );
}

/** The option `preset`, where a system has any. */
function presetOption(presets: NonNullable<System["presets"]>): OptionTable {
  const choices = Object.keys(presets);
  if (choices.length === 0) return {};
  const each = choices.map((name) => `${name}, ${presets[name].description}`);
  return {
    preset: {
      kind: "choice",
      choices,
      description: `Other defaults that go together: ${each.join("; ")}`,
    },
  };
}

/** The system of images that nobody named one for: `vae` is for the example. */
export function defaultSystem(train: string): SystemName {
  return train === dataOptions.train.default ? "vae" : "few-labels";
}

/** The values of every system when no option is given. */
export function commonDefaults(name: SystemName): Readonly<Record<string, unknown>> {
  const table = { ...dataOptions, ...needOptions[SYSTEMS[name].needs], ...trainOptions };
  return optionDefaults(table as OptionTable);
}

/**
 * Checks that a table has a name.
 *
 * @throws {InputError} If it has not; the message names the most similar one.
 */
export function checkKnown(kind: "system" | "option", name: string, table: object): void {
  if (Object.hasOwn(table, name)) return;
  const meant = suggestion(name, Object.keys(table));
  const hint = meant === undefined ? "" : `, did you mean ${meant}`;
  throw new InputError(`Cannot train: there is no ${kind} "${name}"${hint}`);
}

import type { OptionTable } from "../../lib/command/flags.ts";
import type { Preset, System } from "../systems/system.ts";

/** A table with other defaults. */
export function withDefaults(options: OptionTable, defaults: Preset["defaults"] = {}): OptionTable {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) =>
      [name, name in defaults ? { ...option, default: defaults[name] } : option] as const
    ),
  ) as OptionTable;
}

/** The flag `--preset` of a system that has some. */
export function presetOption({ presets = {} }: Pick<System, "presets">): OptionTable {
  const choices = Object.keys(presets);
  if (choices.length === 0) return {};
  const described = choices.map((name) => `${name}: ${presets[name].description}`);
  const description = `Other defaults, which other options change; ${described.join("; ")}`;
  return { preset: { kind: "choice", choices, description } };
}

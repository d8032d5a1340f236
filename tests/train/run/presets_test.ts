import { assertEquals } from "@std/assert";
import { optionDefaults } from "../../../lib/command/flags.ts";
import { program } from "../../../train/main.ts";
import { presetOption, withDefaults } from "../../../train/run/presets.ts";
import { SYSTEMS } from "../../../train/systems/mod.ts";
import type { System } from "../../../train/systems/system.ts";

Deno.test("a preset names options of its system, and its defaults are those of the command", () => {
  let presets = 0;
  for (const [model, system] of Object.entries(SYSTEMS) as [string, System][]) {
    assertEquals("preset" in presetOption(system), system.presets !== undefined);
    for (const [preset, { defaults }] of Object.entries(system.presets ?? {})) {
      const { options } = program.select!(["--model", model, "--preset", preset]);
      const found = optionDefaults(options) as Record<string, unknown>;
      for (const [name, value] of Object.entries(defaults)) {
        assertEquals([name in system.options, found[name]], [true, value], name);
      }
      presets++;
    }
  }
  assertEquals(presets > 0, true);
});

Deno.test("withDefaults() changes nothing but the defaults that are given", () => {
  const table = {
    a: { kind: "integer", description: "", default: 1 },
    b: { kind: "string", description: "" },
  } as const;
  assertEquals(withDefaults(table), table);
  assertEquals(optionDefaults(withDefaults(table, { b: "x" })), { a: 1, b: "x" });
});

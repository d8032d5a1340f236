import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { flagName, optionDefaults } from "../../../lib/command/flags.ts";
import { InputError } from "../../../lib/input_error.ts";
import { dataOptions, needOptions } from "../../../train/data/options.ts";
import { trainOptions } from "../../../train/run/options.ts";
import { SYSTEMS } from "../../../train/systems/mod.ts";
import type { System } from "../../../train/systems/system.ts";
import { checkNotIgnored, checkUsed } from "../../../train/run/unused_options.ts";
import { runMain } from "../../command_line.ts";

const DEFAULTS = optionDefaults({
  ...dataOptions,
  ...needOptions["few-labels"],
  ...trainOptions,
});

Deno.test("checkUsed() rejects options without effect beside the others", () => {
  const cases = [
    [
      "--backend wasm",
      { backend: "wasm" },
      "Cannot use --backend: it is for --engine tfjs, which is needed too",
    ],
    [
      "--keep-c=there",
      { keepC: "there", engine: "onnx" },
      "Cannot use --keep-c: only --engine native compiles C",
    ],
    [
      "--val a --labels-per-class 3",
      { val: "a", labelsPerClass: 3 },
      "Cannot use --labels-per-class: with --val all",
    ],
    ["--val-labels-key y", { valLabelsKey: "y" }, "Cannot use --val-labels-key: no --val is given"],
  ] as const;
  for (const [words, values, message] of cases) {
    const all = { ...DEFAULTS, ...values };
    assertThrows(() => checkUsed(words.split(" "), all, DEFAULTS), InputError, message);
    // What has a default is no fault.
    checkUsed([], all, DEFAULTS);
  }
  // What stands in a manifest can be given again.
  checkUsed(["--backend=cpu"], DEFAULTS, DEFAULTS);
  const used = [
    { backend: "wasm", engine: "tfjs" },
    { keepC: "there", engine: "native" },
    { labelsPerClass: 3 },
  ];
  for (const given of used) {
    const args = Object.entries(given).map(([name, value]) => `${flagName(name)}=${value}`);
    checkUsed(args, { ...DEFAULTS, ...given }, DEFAULTS);
  }
});

Deno.test("checkNotIgnored() names the option and why, and each is an option of train", () => {
  for (const [name, system] of Object.entries<System>(SYSTEMS)) {
    for (const option of Object.keys(system.ignores ?? {})) {
      assertEquals(Object.hasOwn(DEFAULTS, option), true, option);
      const check = () => checkNotIgnored([flagName(option), "1"], system, name);
      assertThrows(check, InputError, `Cannot use ${flagName(option)}: --model ${name} `);
    }
    checkNotIgnored(["--seed", "1"], system, name);
  }
});

Deno.test("train refuses an option that its system ignores, and its help does not name it", async () => {
  const run = (...args: string[]) =>
    runMain("train/main.ts", ["--model", "few-labels", ...args], { cwd: "." });
  const { code, stderr } = await run("--train", "photos", "--validation-split", "0.1");
  assertEquals(code, 1);
  assertMatch(stderr, /^Cannot use --validation-split: --model few-labels learns from all images/m);
  const { stdout } = await run("--help");
  assertMatch(stdout, /--batch-size/);
  assertEquals(stdout.includes("--validation-split"), false);
});

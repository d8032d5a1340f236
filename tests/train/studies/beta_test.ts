import { assert, assertEquals } from "@std/assert";
import { vae } from "../../../train/systems/vae.ts";
import { beta } from "../../../train/studies/beta.ts";

Deno.test("the study beta sets only options that its system has, with ascending values", () => {
  for (const name of [beta.option, ...Object.keys(beta.defaults)]) {
    assert(name in vae.options, name);
  }
  const values = beta.trials.map(({ value }) => Number(value));
  assertEquals(values, [...values].sort((a, b) => a - b));
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { formatFlags, parseFlags } from "../../../lib/command/flags.ts";
import { InputError } from "../../../lib/input_error.ts";
import { program } from "../../../train/main.ts";
import { parseRanges, positionIn, sampleOptions } from "../../../train/studies/search_space.ts";
import { SYSTEMS } from "../../../train/systems/mod.ts";
import type { System } from "../../../train/systems/system.ts";

const { options: TABLE } = program.select!(["--model", "autoencoder"]);

const DECLARED = (Object.entries(SYSTEMS) as [string, System][])
  .flatMap(([name, { search }]) => search === undefined ? [] : [[name, search] as const]);

for (const [name, search] of DECLARED) {
  Deno.test(`values from the ranges of ${name} are ones that its options take`, () => {
    const command = program.select!(["--model", name]);
    const random = new Random(0);
    for (let turn = 0; turn < 100; turn++) {
      const sampled = sampleOptions(search, random);
      const read = parseFlags(formatFlags(sampled, command.options), command) as typeof sampled;
      for (const [option, value] of Object.entries(sampled)) {
        assertEquals(read[option], value);
        const at = positionIn(search[option], value);
        assert(at >= 0 && at <= 1, `${option} ${value} lies at ${at}`);
      }
    }
  });
}

Deno.test("sampleOptions() gives each integer of a range alike, and logarithms evenly", () => {
  const random = new Random(0);
  const space = {
    few: { low: 1, high: 3, integer: true },
    rate: { low: 1e-4, high: 1, log: true },
  };
  const samples = Array.from({ length: 3000 }, () => sampleOptions(space, random));
  for (const value of [1, 2, 3]) {
    assert(Math.abs(samples.filter(({ few }) => few === value).length - 1000) < 120);
  }
  const below = samples.filter(({ rate }) => Number(rate) < 1e-2).length;
  assert(Math.abs(below - 1500) < 120, `${below} of 3000`);
});

Deno.test("parseRanges() reads ranges of numbers and choices", () => {
  const texts = ["latent-dim=8:64", "learning-rate=1e-4:1e-2:log", "network=mlp|conv", "seed=3"];
  assertEquals(parseRanges(texts, TABLE), {
    latentDim: { low: 8, high: 64, log: false, integer: true },
    learningRate: { low: 1e-4, high: 1e-2, log: true, integer: false },
    network: { choices: ["mlp", "conv"] },
    seed: { choices: [3] },
  });
});

const WRONG: readonly (readonly [range: string, reason: string])[] = [
  ["latent-din=8:64", "there is no option latent-din, did you mean latent-dim"],
  ["latent-dim=64:8", "64 is not below 8"],
  ["latent-dim=8:8", "8 is not below 8"],
  ["latent-dim=8:64:lin", "low:high, low:high:log or a|b|c is needed"],
  ["latent-dim=0:64:log", "a logarithmic range starts above 0, not at 0"],
  ["latent-dim=1.5:3", 'the value is "1.5", it needs an integer of 0 or more'],
  ["learning-rate=", "no value follows learning-rate, it needs a number above 0"],
  ["learning-rate=-1:1", 'the value is "-1", it needs a number above 0'],
  ["network=mlp|cnv", 'the value is "cnv", it needs one of mlp, conv'],
  ["network=conv:mlp", "low:high, low:high:log or a|b|c is needed"],
  ["train=a", "only numbers and choices can be searched"],
];

for (const [range, reason] of WRONG) {
  Deno.test(`parseRanges() says what is wrong with ${range}`, () => {
    const error = assertThrows(() => parseRanges([range], TABLE), InputError);
    assertEquals(error.message, `Cannot use --ranges ${range}: ${reason}`);
  });
}

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { optionDefaults } from "../../lib/command/flags.ts";
import { InputError } from "../../lib/input_error.ts";
import { benchSystems } from "../../bench/systems.ts";
import { defineRow } from "../../bench/systems/row.ts";
import { AUTOENCODER_ROWS } from "../../bench/systems/autoencoder.ts";
import { autoencoder } from "../../train/systems/autoencoder.ts";

Deno.test("benchSystems() prints what a file of results holds, with mean and worst over seeds", async () => {
  const results = await Deno.makeTempFile({ suffix: ".json" });
  const { options } = AUTOENCODER_ROWS.denoising;
  const of = (seed: number, figure: number) => ({
    row: "denoising",
    seed,
    options,
    parameters: 13_025,
    seconds: 100,
    figures: [figure],
    peer: [0.02],
  });
  await Deno.writeTextFile(results, JSON.stringify([of(0, 0.01), of(1, 0.03)]));
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  await benchSystems(print, { seeds: 2, rows: ["denoising"], results });
  assertEquals(lines.length, 3);
  assertStringIncludes(lines[1], "seed 1: 0.03");
  const cells = lines[2].split("\n")[1].split(/ {2,}/);
  assertEquals(cells.slice(1), [
    "13025",
    "100",
    "mean squared error",
    "0.02000",
    "0.03000",
    "0.02000",
    "<= 0.0132",
  ]);
  await Deno.remove(results);
});

Deno.test("benchSystems() says which rows there are, and what CIFAR-10 needs", async () => {
  const print = () => {};
  await assertRejects(
    () => benchSystems(print, { seeds: 1, rows: ["denoise"] }),
    InputError,
    "denoising",
  );
  await assertRejects(
    () => benchSystems(print, { seeds: 1, rows: ["vq-vae"] }),
    InputError,
    "--cifar PATH",
  );
});

Deno.test("a row asks its peer for the system with all of its options", () => {
  const row = { title: "", data: "mnist", figures: [], measure: () => [] };
  const options = { latentDim: 3 };
  const { peer } = defineRow("autoencoder", autoencoder, { ...row, options, peer: { samples: 5 } });
  assertEquals(peer, {
    system: "autoencoder",
    ...optionDefaults(autoencoder.options),
    latentDim: 3,
    samples: 5,
  });
  assertEquals(defineRow("autoencoder", autoencoder, { ...row, options }).peer, undefined);
});

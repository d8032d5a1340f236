import { assertEquals, assertRejects } from "@std/assert";
import { parse } from "@std/csv";
import { InputError } from "../../../lib/input_error.ts";
import { program } from "../../../train/main.ts";
import { beta } from "../../../train/studies/beta.ts";
import { runStudy } from "../../../train/studies/run_study.ts";
import { type Row, sweep } from "../../../train/studies/study.ts";
import { parseFlags } from "../../../lib/command/flags.ts";
import { inFolder, namesIn } from "../../command_line.ts";
import { QUICK, writeTinyFiles } from "../tiny_files.ts";

const study = { ...beta, trials: sweep("beta", [1, 100]) };

Deno.test("runStudy() keeps what trials wrote, says which failed, goes on from there, and rejects other options", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const files = ["train", "val", "test"].flatMap((role) => [`--${role}`, `${dir}/${role}.npz`]);
    const values = parseFlags([...files, ...QUICK], program) as Record<string, unknown>;
    const trained: unknown[] = [];
    let rows: readonly Row[] = [];
    const host = {
      args: [],
      print: () => {},
      status: { writeSync: (bytes: Uint8Array) => bytes.length, isTerminal: () => false },
      exit: () => {},
    };
    const options = {
      out: `${dir}/study`,
      parallel: 1,
      values: { ...values, ...beta.defaults, latentDim: 2, model: "vae" },
      print: () => {},
      onTable: (table: readonly Row[]) => rows = table,
      async train(trial: Readonly<Record<string, unknown>>) {
        trained.push(trial.beta);
        await program.run(trial, host);
      },
    };
    const check = () => {
      throw new InputError("not to be compared");
    };
    await assertRejects(() => runStudy({ ...study, check }, options), InputError, "compared");
    assertEquals(trained, []);
    const stopped = {
      ...options,
      train: (trial: Readonly<Record<string, unknown>>) =>
        trial.beta === 1 ? Promise.reject(new InputError("no memory")) : options.train(trial),
    };
    await assertRejects(
      () => runStudy(study, stopped),
      InputError,
      "of 2 trials 1 failed, the others are kept; the same command tries them again\nbeta-1: no memory",
    );
    assertEquals(rows.map((row) => row.beta), [100]);
    await runStudy(study, options);
    assertEquals(trained, [100, 1]);
    assertEquals(rows.map((row) => row.beta), [1, 100]);
    assertEquals(rows[0]["KL divergence"] > rows[1]["KL divergence"], true);
    assertEquals(namesIn(`${dir}/study`), [
      "beta-1",
      "beta-100",
      "chart.png",
      "report.html",
      "table.csv",
    ]);
    const table = parse(await Deno.readTextFile(`${dir}/study/table.csv`), { skipFirstRow: true });
    assertEquals(
      table.map((row) => Number(row["active dimensions"])),
      rows.map((row) => row["active dimensions"]),
    );
    const page = await Deno.readTextFile(`${dir}/study/report.html`);
    assertEquals(page.includes("What was measured of each trial"), true);
    const other = { ...options, values: { ...options.values, latentDim: 4 } };
    await assertRejects(() => runStudy(study, other), InputError, "trained with latentDim 2, 4 is");
  });
});

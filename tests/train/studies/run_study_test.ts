import { assertEquals, assertRejects } from "@std/assert";
import { parse } from "@std/csv";
import { InputError } from "../../../lib/input_error.ts";
import { program } from "../../../train/main.ts";
import { beta } from "../../../train/studies/beta.ts";
import { runStudy } from "../../../train/studies/run_study.ts";
import { parseFlags } from "../../../lib/command/flags.ts";
import { inFolder, namesIn } from "../../command_line.ts";
import { QUICK, writeTinyFiles } from "../tiny_files.ts";

const study = { ...beta, values: [1, 100] };

Deno.test("runStudy() trains once per value, goes on where it was stopped, and refuses other options", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const files = ["train", "val", "test"].flatMap((role) => [`--${role}`, `${dir}/${role}.npz`]);
    const values = parseFlags([...files, ...QUICK], program) as Record<string, unknown>;
    const trained: unknown[] = [];
    const host = {
      args: [],
      print: () => {},
      status: { writeSync: (bytes: Uint8Array) => bytes.length, isTerminal: () => false },
      exit: () => {},
    };
    const options = {
      out: `${dir}/study`,
      values: { ...values, ...beta.defaults, latentDim: 3, model: "vae" },
      print: () => {},
      async train(trial: Readonly<Record<string, unknown>>) {
        trained.push(trial.beta);
        await program.run(trial, host);
      },
    };
    const stopped = {
      ...options,
      train: (trial: Readonly<Record<string, unknown>>) =>
        trial.beta === 100 ? Promise.reject(new Error("stopped")) : options.train(trial),
    };
    await assertRejects(() => runStudy(study, stopped), Error, "stopped");
    const rows = await runStudy(study, options);
    assertEquals(trained, [1, 100]);
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
    assertEquals(table.map((row) => Number(row["active dimensions"])), [
      rows[0]["active dimensions"],
      rows[1]["active dimensions"],
    ]);
    const other = { ...options, values: { ...options.values, latentDim: 4 } };
    await assertRejects(() => runStudy(study, other), InputError, "trained with latentDim 3, 4 is");
  });
});

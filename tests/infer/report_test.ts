import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { readRun } from "../../lib/run/run_folder.ts";
import { inFolder, namesIn, runMain, runProcess } from "../command_line.ts";
import { writeTinyReportedRun } from "../tiny_report.ts";
import { writeTinyRun } from "../tiny_run.ts";

function report(cwd: string, ...args: string[]) {
  return runMain("infer/main.ts", ["report", ...args], { cwd });
}

Deno.test("report writes a run's own page again, and its hash", async () => {
  await inFolder(async (dir) => {
    await writeTinyReportedRun(`${dir}/run`);
    const before = namesIn(`${dir}/run`);
    const { code, stdout, stderr } = await report(dir, "--run", "run");
    assertEquals([code, stderr], [0, ""]);
    assertEquals(stdout, "the report of run: run/report.html\n");
    assertEquals(namesIn(`${dir}/run`), [...before, "report.html"].sort());
    const page = await (await readRun(`${dir}/run`)).read("report.html");
    assertEquals((await report(dir, "--run", "run")).code, 0);
    assertEquals(await (await readRun(`${dir}/run`)).read("report.html"), page);
  });
});

Deno.test("report lays two runs side by side in a file of their own", async () => {
  await inFolder(async (dir) => {
    for (const name of ["a", "b"]) await writeTinyReportedRun(`${dir}/${name}`);
    const { code, stderr } = await report(dir, "--run", "a", "--run", "b");
    assertEquals([code, stderr], [0, ""]);
    assertEquals(namesIn(dir), ["a", "b", "report.html"]);
    assertMatch(await Deno.readTextFile(`${dir}/report.html`), /<h1>Runs a, b<\/h1>/);
    const again = await report(dir, "--run", "a", "--run", "b");
    assertEquals(again.code, 1);
    assertMatch(again.stderr, /Cannot write "report.html": it exists already, --force replaces it/);
  });
});

Deno.test("report says in a sentence what it cannot report of", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/old`);
    await Deno.remove(`${dir}/old/gmm.json`);
    const faults: [string[], RegExp][] = [
      [[], /^Cannot run report: --run is missing/],
      [["--run", "none"], /^Cannot read run "none": there is no such folder/],
      [
        ["--run", "old"],
        /^Cannot read run "old": its gmm.json is missing, the whole folder that train wrote is/,
      ],
    ];
    for (const [args, message] of faults) {
      const { code, stderr } = await report(dir, ...args);
      assertEquals(code, 1);
      assertMatch(stderr, message);
      assertEquals(stderr.trim().split("\n").length, 1);
    }
    assertEquals(namesIn(dir), ["old"]);
  });
});

Deno.test("report --pdf says what to install where no browser is, and writes nothing", async () => {
  await inFolder(async (dir) => {
    await writeTinyReportedRun(`${dir}/run`);
    const before = namesIn(`${dir}/run`);
    // Without the permission to run any, none is there.
    const args = ["report", "--run", "run", "--pdf"];
    const { code, stderr } = await runProcess("infer/main.ts", args, { cwd: dir });
    assertEquals(code, 1);
    assertMatch(stderr, /^Cannot print a PDF: none of chromium, /);
    assertEquals(namesIn(`${dir}/run`), before);
  });
});

Deno.test("classify loads nothing that draws", async () => {
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const drawing = async (path: string) => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", path],
      cwd,
    }).output();
    const { modules } = JSON.parse(new TextDecoder().decode(stdout));
    const names = modules.map(({ specifier }: { specifier: string }) => specifier);
    return names.filter((name: string) => /vega|resvg/.test(name)).length > 0;
  };
  assertEquals([await drawing("infer/report.ts"), await drawing("infer/classify.ts")], [
    true,
    false,
  ]);
});

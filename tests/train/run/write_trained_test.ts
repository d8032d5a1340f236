import { assertEquals, assertMatch } from "@std/assert";
import { readRun, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { addReport } from "../../../train/run/write_trained.ts";
import { inFolder, namesIn } from "../../command_line.ts";
import { writeTinyReportedRun } from "../../tiny_report.ts";

Deno.test("addReport() says what is missing where it cannot write, and leaves the run whole", async () => {
  await inFolder(async (dir) => {
    const out = `${dir}/run`;
    await writeTinyReportedRun(out);
    const before = await Deno.readTextFile(`${out}/manifest.json`);
    await Deno.writeTextFile(`${out}/plots`, "a file in the way of the folder");
    const failures = await addReport(out, { session: { threads: 1 } });
    assertEquals(failures.length, 1);
    assertMatch(
      failures[0],
      /^the report is missing: Cannot write ".*": .*; deno task report --run .*run writes it again$/,
    );
    assertEquals(await Deno.readTextFile(`${out}/manifest.json`), before);
    const run = await readRun(out);
    for (const file of Object.keys(run.manifest.files)) await run.read(file);
    await Deno.remove(`${out}/plots`);
    assertEquals(await addReport(out, { session: { threads: 1 } }), []);
    assertEquals(namesIn(out).includes("report.html"), true);
    assertEquals(RUN_FILES.report in (await readRun(out)).manifest.files, true);
  });
});

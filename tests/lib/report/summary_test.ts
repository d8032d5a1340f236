import { assertEquals, assertThrows } from "@std/assert";
import { readRun } from "../../../lib/run/run_folder.ts";
import { InputError } from "../../../lib/input_error.ts";
import { formatSummary, parseSummary } from "../../../lib/report/summary.ts";
import { formatCommand } from "../../../lib/report/result_sections.ts";
import { inFolder } from "../../command_line.ts";
import { writeTinyReportedRun } from "../../tiny_report.ts";

Deno.test("parseSummary() gives back what formatSummary() wrote, and says where a fault is", async () => {
  await inFolder(async (dir) => {
    await writeTinyReportedRun(`${dir}/run`);
    const { read } = await readRun(`${dir}/run`);
    const text = new TextDecoder().decode(await read("summary.json"));
    const summary = parseSummary(text, "summary.json");
    assertEquals(formatSummary(summary), text);
    // Images that the tiny mixture was made for: all right, few refused.
    assertEquals(summary.refusal.accuracyOfKept, 1);
    assertEquals(summary.mixtures.fits.length, 12);
    const broken = JSON.stringify({ ...summary, engine: 3 });
    assertThrows(() => parseSummary(broken, "a.json"), InputError, 'a fault at "engine"');
    assertThrows(() => parseSummary("{", "a.json"), InputError, "it is no JSON");
  });
});

Deno.test("formatCommand() quotes what a shell would read", () => {
  assertEquals(
    formatCommand(["deno", "task", "train", "--out", "my runs/it's", "--seed=3"]),
    `deno task train --out 'my runs/it'\\''s' --seed=3`,
  );
});

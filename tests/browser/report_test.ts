/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
// deno-lint-ignore no-import-prefix -- as in chromium.ts
import axe from "npm:axe-core@4.14.1";
import { readRun } from "../../lib/run/run_folder.ts";
import { buildReport } from "../../lib/report/build_report.ts";
import { plotReport } from "../../lib/report/plot_report.ts";
import { inFolder, runProcess } from "../command_line.ts";
import { writeTinyReportedRun } from "../tiny_report.ts";
import { inPage, type Page } from "./chromium.ts";
import { trainedRun } from "./explored_page.ts";

/** What axe-core finds wrong, each with where it is. */
async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe.source });
  return await page.evaluate(async () => {
    // deno-lint-ignore no-explicit-any
    const { violations } = await (globalThis as any).axe.run();
    return violations.flatMap(({ id, impact, nodes }: {
      id: string;
      impact: string;
      nodes: { html: string }[];
    }) => nodes.map(({ html }) => `${impact} ${id}: ${html.slice(0, 200)}`));
  });
}

function test(name: string, fn: () => Promise<void>) {
  // Playwright keeps its connection and timers.
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`the ${colorScheme} report has no fault of accessibility, and loads nothing`, async () => {
    const { dir } = await trainedRun();
    await inPage(pathToFileURL(`${dir}/report.html`).href, async (page) => {
      assertEquals(await accessibilityFaults(page), []);
    }, { colorScheme });
  });
}

test("the report of two runs has no fault of accessibility", async () => {
  await inFolder(async (dir) => {
    const reports = [];
    for (const latentDim of [2, 3] as const) {
      await writeTinyReportedRun(`${dir}/${latentDim}`, { latentDim });
      reports.push(await plotReport(await readRun(`${dir}/${latentDim}`)));
    }
    await Deno.writeTextFile(`${dir}/report.html`, buildReport(reports));
    await inPage(pathToFileURL(`${dir}/report.html`).href, async (page) => {
      assertEquals(await accessibilityFaults(page), []);
    });
  });
});

test("the report fits the screen of a phone", async () => {
  const { dir } = await trainedRun();
  await inPage(pathToFileURL(`${dir}/report.html`).href, async (page) => {
    const [content, screen] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      globalThis.innerWidth,
    ]);
    assert(content <= screen, `the page is ${content} wide, the screen ${screen}`);
  }, { viewport: { width: 390, height: 800 } });
});

test("report --pdf prints a run to at most three pages of A4", async () => {
  const { dir } = await trainedRun();
  await inFolder(async (folder) => {
    const out = `${folder}/run.html`;
    const { code, stderr } = await runProcess(
      "infer/main.ts",
      ["report", "--run", dir, "--out", out, "--pdf"],
      { cwd: folder, permissions: ["--allow-run"] },
    );
    assertEquals([code, stderr], [0, ""]);
    const pdf = new TextDecoder("latin1").decode(await Deno.readFile(`${folder}/run.pdf`));
    const pages = [...pdf.matchAll(/\/Type \/Page\b(?!s)/g)].length;
    assert(pages >= 1 && pages <= 3, `it has ${pages} pages`);
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!.map(Number);
    assertEquals([Math.round(width), Math.round(height)], [595, 842]);
  });
});

import { assertEquals, assertMatch, assertThrows } from "@std/assert";
// Not among the imports of deno.json: Deno fetches all of those before anything runs.
// deno-lint-ignore no-import-prefix
import { HtmlValidate, StaticConfigLoader } from "npm:html-validate@11.18.0";
import { openContents } from "../../../lib/run/run_folder.ts";
import { buildReport } from "../../../lib/report/build_report.ts";
import { plotReport } from "../../../lib/report/plot_report.ts";
import { tinyReportedRun, type TinyReportedRunOptions } from "../../tiny_report.ts";
import { tinyRun } from "../../tiny_run.ts";

const VALIDATOR = new HtmlValidate(
  new StaticConfigLoader({ extends: ["html-validate:standard", "html-validate:a11y"] }),
);

async function faultsOf(page: string): Promise<string[]> {
  const { results } = await VALIDATOR.validateString(page);
  return results.flatMap(({ messages }) => messages.map(({ message }) => message));
}

async function plot(name: string, options: TinyReportedRunOptions = {}) {
  return await plotReport(await openContents(name, await tinyReportedRun(options)));
}

/** What a page would load from elsewhere, and every script. */
function outside(page: string): string[] {
  return [...page.matchAll(/(?:src|href|xlink:href)="(?!data:|#)[^"]*"|url\((?!#)[^)]*\)|<script/g)]
    .map(([text]) => text);
}

function headings(page: string): string[] {
  return [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, text]) => text);
}

function assertDistinctIds(page: string): void {
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  assertEquals(new Set(ids).size, ids.length);
}

Deno.test("buildReport() has every section of a run, is valid HTML, and loads nothing", async () => {
  const page = buildReport([await plot("run")]);
  assertEquals(headings(page), [
    "Data",
    "Model",
    "Training",
    "Reconstruction",
    "Generation",
    "Latent space",
    "Mixture",
    "Selection",
    "Classification",
    "Outliers",
    "Provenance",
  ]);
  assertEquals(await faultsOf(page), []);
  assertEquals(outside(page), []);
  assertDistinctIds(page);
  assertMatch(page, /<td class="number">120<\/td>/);
  assertMatch(page, /deno task train --out runs\/tiny/);
  assertMatch(page, /100\.00 %/);
  assertMatch(page, /[0-9a-f]{64}/);
});

Deno.test("buildReport() writes the page of a run that holds models and nothing else", async () => {
  const { description: { latentDim: _l, classes: _c, ...description }, files } = tinyRun();
  const run = await openContents("gan", {
    description: { ...description, system: "dcgan", data: { counts: { train: 120 } } },
    files: { "generator.onnx": files["decoder.onnx"] },
  });
  const report = await plotReport(run);
  const page = buildReport([report]);
  assertEquals(headings(page), ["Data", "Model", "Provenance"]);
  assertMatch(page, /The system dcgan, trained on 120 images of 4x4 pixels\.</);
  assertEquals([await faultsOf(page), report.failures], [[], []]);
});

Deno.test("buildReport() escapes the names that users give", async () => {
  const evil = `<img src=x onerror="alert(1)">&$&`;
  const classNames = Array.from({ length: 9 }, (_, i) => `${i}${evil}`);
  const report = await plot("<i>run", {
    description: { classNames, command: ["deno", "task", "train", "--out", evil] },
    metrics: { selection: { chosen: evil, candidates: [] } },
  });
  assertEquals(report.failures, []);
  for (const page of [buildReport([report]), buildReport([report, report])]) {
    assertEquals([page.includes("<img src=x"), page.includes("<i>")], [false, false]);
    assertEquals(await faultsOf(page), []);
  }
});

Deno.test("buildReport() shows runs side by side, whatever each of them holds", async () => {
  const a = await plot("a");
  const b = await plot("b", { latentDim: 3 });
  const page = buildReport([a, b]);
  assertEquals(await faultsOf(page), []);
  assertEquals(outside(page), []);
  assertDistinctIds(page);
  assertMatch(page, /<h1>Runs a, b<\/h1>/);
  assertMatch(page, /<th scope="row">latent variables<\/th><td class="number">2<.*>3</);
  assertMatch(page, /This run has none/);
  assertMatch(buildReport([a, a]), /<h1>Runs a \(1\), a \(2\)<\/h1>/);
  assertThrows(() => buildReport([]), RangeError);
});

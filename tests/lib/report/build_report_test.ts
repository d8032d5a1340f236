import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
// Not among the imports of deno.json: Deno fetches all of those before anything runs.
// deno-lint-ignore no-import-prefix
import { HtmlValidate, StaticConfigLoader } from "npm:html-validate@11.18.0";
import { readRun } from "../../../lib/run/run_folder.ts";
import { InputError } from "../../../lib/input_error.ts";
import { buildReport, drawRun, pngFiles, readReportRun } from "../../../lib/report/mod.ts";
import { inFolder } from "../../command_line.ts";
import { type TinyReportedRunOptions, writeTinyReportedRun } from "../../tiny_report.ts";
import { writeTinyRun } from "../../tiny_run.ts";

const VALIDATOR = new HtmlValidate(
  new StaticConfigLoader({ extends: ["html-validate:standard", "html-validate:a11y"] }),
);

async function faultsOf(page: string): Promise<string[]> {
  const { results } = await VALIDATOR.validateString(page);
  return results.flatMap(({ messages }) => messages.map(({ message }) => message));
}

async function draw(dir: string, options: TinyReportedRunOptions = {}) {
  await writeTinyReportedRun(dir, options);
  return await drawRun(await readReportRun(await readRun(dir)));
}

/** What a page would load from elsewhere, and every script. */
function outside(page: string): string[] {
  return [...page.matchAll(/(?:src|href|xlink:href)="(?!data:|#)[^"]*"|url\((?!#)[^)]*\)|<script/g)]
    .map(([text]) => text);
}

function headings(page: string): string[] {
  return [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, text]) => text);
}

const SECTIONS = [
  "Data",
  "Model",
  "Training",
  "Reconstruction",
  "Generation",
  "Latent space",
  "Mixture",
  "Classification",
  "How it was made",
];

Deno.test("buildReport() has every section, is valid HTML, and loads nothing", async () => {
  await inFolder(async (dir) => {
    const page = buildReport([await draw(`${dir}/run`)]);
    assertEquals(headings(page), SECTIONS);
    assertEquals(await faultsOf(page), []);
    assertEquals(outside(page), []);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assertEquals(new Set(ids).size, ids.length);
    assertMatch(page, /<td class="number">120<\/td>/);
    assertMatch(page, /deno task train --out runs\/tiny/);
    assertMatch(page, /100\.00 %/);
    assertMatch(page, /[0-9a-f]{64}/);
  });
});

Deno.test("a run's report and plots are the same whenever they are made", async () => {
  await inFolder(async (dir) => {
    const first = await draw(`${dir}/run`);
    const again = await drawRun(await readReportRun(await readRun(`${dir}/run`)));
    assertEquals(buildReport([again]) === buildReport([first]), true);
    const [files, same] = [await pngFiles(first.figures), await pngFiles(again.figures)];
    assertEquals(same, files);
    assert("manifold.png" in files && "latent_scatter.png" in files);
  });
});

Deno.test("buildReport() shows a space of three axes by projections and walks", async () => {
  await inFolder(async (dir) => {
    const run = await draw(`${dir}/run`, { latentDim: 3, test: false });
    const names = Object.values(run.figures).flat().map(({ name }) => name);
    for (const name of ["traversals", "latent_pca", "latent_tsne"]) assert(names.includes(name));
    for (const name of ["manifold", "reconstructions_test"]) assert(!names.includes(name));
    assertEquals(await faultsOf(buildReport([run])), []);
  });
});

Deno.test("buildReport() escapes the names that users give", async () => {
  await inFolder(async (dir) => {
    const evil = `<img src=x onerror="alert(1)">&`;
    const classNames = Array.from({ length: 9 }, (_, i) => `${i}${evil}`);
    const command = ["deno", "task", "train", "--out", evil];
    const run = await draw(`${dir}/<i>run`, {
      description: { classNames, command },
      metrics: { selection: { chosen: evil, candidates: [] } },
    });
    const page = buildReport([run]);
    assertEquals(page.includes("<img src=x"), false);
    assertEquals(page.includes("<i>"), false);
    assertEquals(await faultsOf(page), []);
    const both = buildReport([run, run]);
    assertEquals(both.includes("<img src=x"), false);
    assertEquals(await faultsOf(both), []);
  });
});

Deno.test("buildReport() lays runs side by side, and says what is better where it can", async () => {
  await inFolder(async (dir) => {
    const a = await draw(`${dir}/a`);
    const b = await draw(`${dir}/b`, { latentDim: 3 });
    const page = buildReport([a, b]);
    assertEquals(await faultsOf(page), []);
    assertEquals(outside(page), []);
    assertMatch(page, /<h1>Runs a, b<\/h1>/);
    assertMatch(page, /<th scope="row">latent variables<\/th><td class="number">2<.*>3</);
    assertMatch(page, /This run has none/);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assertEquals(new Set(ids).size, ids.length);
    const same = await drawRun(await readReportRun(await readRun(`${dir}/a`)));
    assertMatch(buildReport([a, same]), /<h1>Runs a \(1\), a \(2\)<\/h1>/);
  });
});

Deno.test("readReportRun() refuses a run that has nothing to report of", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    await assertRejects(() => readReportRun(run), InputError, "its manifest lists no ");
  });
});

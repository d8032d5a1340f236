import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { buildReport } from "../../../lib/report/build_report.ts";
import { escapeHtml } from "../../../lib/report/parts/html.ts";
import { figuresOf, plotReport, reportFiles } from "../../../lib/report/plot_report.ts";
import type { SectionBuilder } from "../../../lib/report/parts/section.ts";
import { openContents, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { tinyReportedRun } from "../../tiny_report.ts";

Deno.test("reportFiles() writes the same page and plots again", async () => {
  const run = await openContents("run", await tinyReportedRun());
  const { files, failures } = await reportFiles(run);
  assertEquals(failures, []);
  assertEquals(Object.keys(files), [
    "report.html",
    "plots/loss.png",
    "plots/reconstructions_labelled.png",
    "plots/reconstructions_test.png",
    "plots/manifold.png",
    "plots/samples_prior.png",
    "plots/samples_mixture.png",
    "plots/latent_scatter.png",
    "plots/confusion_matrix.png",
    "plots/calibration.png",
    "plots/class_scores.png",
    "plots/outlier_scores.png",
  ]);
  assertEquals((await reportFiles(run)).files, files);
});

Deno.test("plotReport() shows a space of three axes by projections and traversals", async () => {
  const contents = await tinyReportedRun({ latentDim: 3, test: false });
  const names = figuresOf(await plotReport(await openContents("run", contents)))
    .map(({ name }) => name);
  for (const name of ["traversals", "latent_pca", "latent_tsne"]) assert(names.includes(name));
  for (const name of ["manifold", "reconstructions_test"]) assert(!names.includes(name));
});

Deno.test("plotReport() says in its place which plot failed, and plots the others", async () => {
  const run = await openContents("run", await tinyReportedRun());
  const fail = (): never => {
    throw new InputError("it has no room");
  };
  const picture = { alt: "", caption: "" };
  const broken: SectionBuilder = () => fail();
  const half: SectionBuilder = () => ({
    title: "Half",
    body: [
      { ...picture, name: "bad", plot: fail },
      { ...picture, name: "good", plot: () => Uint8Array.of(1) },
      // Vega leaves such a mark out, with a warning.
      {
        ...picture,
        name: "warned",
        plot: () => ({
          mark: "bar",
          data: { values: [{ a: 1 }] },
          encoding: {
            x: { field: "a", type: "ordinal", scale: { type: "point", paddingInner: 1 } },
          },
        }),
      },
    ],
  });
  const report = await plotReport(run, { sections: [broken, half] });
  assertEquals(figuresOf(report).map(({ name }) => name), ["good"]);
  assertEquals(report.failures.length, 3);
  assertEquals(report.failures[1], "bad is left out: it has no room");
  for (const failure of ["broken is left out: it has no room", report.failures[2]]) {
    assert(buildReport([report]).includes(escapeHtml(failure)), failure);
  }
});

Deno.test("plotReport() throws where a file of the run is damaged", async () => {
  const { description, files } = await tinyReportedRun();
  const damaged = { ...files, [RUN_FILES.metrics]: new TextEncoder().encode("{") };
  const run = await openContents("run", { description, files: damaged });
  const { message } = await assertRejects(() => plotReport(run), InputError);
  assertMatch(message, /^Cannot read "run\/metrics\.json": it is not JSON/);
});

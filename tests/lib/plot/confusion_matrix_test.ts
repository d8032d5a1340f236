import { assertEquals } from "@std/assert";
import { confusionMatrix } from "../../../lib/metrics/classification.ts";
import { confusionMatrixPlot } from "../../../lib/plot/confusion_matrix.ts";
import { renderPng, renderSvg } from "../../../lib/plot/render.ts";
import { assertSnapshot } from "../../snapshot.ts";
import { classNames, predictions, textsOf } from "./plot_data.ts";

/** The matrix of some classes with counts up to the given one. */
function matrixOf(classes: number, most = 9) {
  const { actual, predicted } = predictions({ classes, count: 10 * classes });
  const { counts, ...matrix } = confusionMatrix(actual, predicted);
  return { ...matrix, counts: counts.map((row, i) => row.map((n, j) => i === j ? most : n)) };
}

function sizeOf(svg: string): number[] {
  return [...svg.matchAll(/^<svg [^>]*width="([\d.]+)" height="([\d.]+)"/g)][0].slice(1).map(
    Number,
  );
}

Deno.test("the plot confusion_matrix is its snapshot", async () => {
  const { actual, predicted } = predictions();
  const plot = confusionMatrixPlot(confusionMatrix(actual, predicted), {
    classNames: ["ankle boot", "bag", "sandal & <co>"],
  });
  await assertSnapshot("confusion_matrix.svg", await renderSvg(plot, { id: "confusion_matrix" }));
});

Deno.test("confusionMatrixPlot() writes each class and each count, up to 25 classes", async () => {
  for (const classes of [10, 20, 25]) {
    const svg = await renderSvg(confusionMatrixPlot(matrixOf(classes, 4321)));
    const texts = textsOf(svg);
    assertEquals(texts.filter((text) => text === "4321").length, classes);
    for (let label = 0; label < classes; label++) assertEquals(texts.includes(`${label}`), true);
    // Four digits of 8 pixels, at least 5 wide each.
    assertEquals(sizeOf(svg)[0] / classes > 20, true, `${classes} classes: ${sizeOf(svg)}`);
  }
});

Deno.test("confusionMatrixPlot() of 100 classes writes no counts and some of the names", async () => {
  const svg = await renderSvg(confusionMatrixPlot(matrixOf(100, 4321)));
  const texts = textsOf(svg);
  assertEquals(texts.includes("4321"), false);
  assertEquals(texts.filter((text) => text === "99").length, 2);
  assertEquals(sizeOf(svg).every((size) => size > 600 && size < 800), true, String(sizeOf(svg)));
});

Deno.test("confusionMatrixPlot() takes any names of classes, equal ones too", async () => {
  for (const count of [10, 40]) {
    const svg = await renderSvg(confusionMatrixPlot(matrixOf(count), {
      classNames: classNames(count),
    }));
    const texts = textsOf(svg);
    for (const name of ["__proto__", "same", "</text><b>&"]) {
      // In rows and columns; "same" is the name of two classes.
      const times = count > 25 && name !== "__proto__" ? undefined : name === "same" ? 4 : 2;
      if (times) assertEquals(texts.filter((text) => text === name).length, times, name);
    }
    assertEquals((await renderPng(svg)).length > 1000, true);
  }
});

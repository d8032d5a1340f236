import { assertEquals } from "@std/assert";
import { classificationScores, confusionMatrix } from "../../../lib/metrics/classification.ts";
import { classScoresPlot } from "../../../lib/plot/class_scores.ts";
import { renderPng, renderSvg } from "../../../lib/plot/render.ts";
import { assertSnapshot } from "../../snapshot.ts";
import { classNames, predictions, textsOf } from "./plot_data.ts";

function scoresOf(classes: number) {
  const { actual, predicted } = predictions({ classes });
  return classificationScores(confusionMatrix(actual, predicted)).perClass;
}

Deno.test("the plot class_scores is its snapshot", async () => {
  await assertSnapshot(
    "class_scores.svg",
    await renderSvg(classScoresPlot(scoresOf(3)), { id: "class_scores" }),
  );
});

Deno.test("classScoresPlot() takes any names of classes, and more than 30 of them", async () => {
  for (const count of [10, 35]) {
    const svg = await renderSvg(
      classScoresPlot(scoresOf(count), { classNames: classNames(count) }),
    );
    const texts = textsOf(svg);
    assertEquals(texts.filter((text) => text === "same").length, 2);
    assertEquals(texts.includes("__proto__"), true);
    assertEquals((await renderPng(svg)).length > 1000, true);
  }
});

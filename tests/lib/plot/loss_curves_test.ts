import { assertEquals } from "@std/assert";
import { lossCurves } from "../../../lib/plot/loss_curves.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import { assertSnapshot } from "../../snapshot.ts";
import { textsOf } from "./plot_data.ts";

Deno.test("the plot loss_curves is its snapshot", async () => {
  const plot = lossCurves([
    { name: "total", train: [180, 134, 121], validation: [149, 129, 120] },
    { name: "consistency", train: [null, 6, 4] },
  ], { width: 380, phaseStarts: [2] });
  await assertSnapshot("loss_curves.svg", await renderSvg(plot, { id: "loss_curves" }));
});

Deno.test("lossCurves() has a panel for each of many losses, of a single epoch too", async () => {
  const names = Array.from({ length: 9 }, (_, i) => `loss ${i}`);
  const texts = textsOf(await renderSvg(lossCurves(names.map((name) => ({ name, train: [1] })))));
  assertEquals(names.every((name) => texts.includes(name)), true);
  assertEquals(texts.includes("validation"), false);
});

import { assertEquals } from "@std/assert";
import { calibrationOf } from "../../../lib/metrics/calibration.ts";
import { calibrationCurve } from "../../../lib/plot/calibration_curve.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import { assertSnapshot } from "../../snapshot.ts";
import { predictions, textsOf } from "./plot_data.ts";

Deno.test("the plot calibration_curve is its snapshot", async () => {
  const { actual, confidences, predicted } = predictions();
  const correct = Array.from(actual, (label, i) => label === predicted[i]);
  const plot = calibrationCurve(calibrationOf(confidences, correct));
  await assertSnapshot("calibration_curve.svg", await renderSvg(plot, { id: "calibration_curve" }));
});

Deno.test("calibrationCurve() shows a classifier that is always certain", async () => {
  for (const count of [1, 5000]) {
    const confidences = new Float64Array(count).fill(1);
    const curve = calibrationCurve(calibrationOf(confidences, new Array(count).fill(true)));
    assertEquals(textsOf(await renderSvg(curve)).includes("accuracy"), true);
  }
});

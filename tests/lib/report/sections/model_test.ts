import { assertEquals, assertMatch } from "@std/assert";
import { model } from "../../../../lib/report/sections/model.ts";
import { textOf, tinySectionRun } from "./section_data.ts";

Deno.test("model() lists the layers and the sum of their parameters", async () => {
  const run = await tinySectionRun();
  const layer = run.manifest.layers[0];
  const layers = [layer, {
    ...layer,
    layer: "encoder_hidden",
    type: "BatchNormalization",
    outputShape: [28, 28, 3],
    parameters: 1000,
  }];
  const text = textOf(model({ ...run, manifest: { ...run.manifest, layers } }));
  assertMatch(text, /<td>hidden<\/td><td>Batch<wbr>Normalization<\/td><td>28x28x3<\/td>/);
  assertMatch(text, /total[^]*>1,034</);
  assertEquals(model({ ...run, manifest: { ...run.manifest, layers: [] } }), undefined);
});

import { assertEquals } from "@std/assert";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { compareExport, drawWeights } from "../exported.ts";
import { CHOICES, NETS } from "./mod.ts";
import "../../seeded_weights.ts";

await useBackend("cpu");

for (const [name, build] of Object.entries(NETS)) {
  Deno.test(`exportOnnx() of a ${name} gives what TensorFlow.js gives`, async () => {
    const model = build();
    drawWeights(model);
    const { graph } = await compareExport(model, {}, {
      batches: [2, 6],
      tolerance: 1e-4,
      choices: CHOICES,
    });
    assertEquals(graph.inputs.map(({ name }) => name), model.inputNames);
    assertEquals(graph.outputs.map(({ name }) => name), model.outputNames);
    for (const { shape } of [...graph.inputs, ...graph.outputs]) assertEquals(shape[0], "batch");
    // Every weight under the name that its layer gave it, and none folded into another.
    const weights = model.weights.map(({ originalName, shape }) => `${originalName}[${shape}]`);
    const stored = [...graph.initializers].filter(([name]) => !name.startsWith("/"));
    const names = stored.map(([name, { shape }]) => `${name}[${shape}]`);
    assertEquals(names.sort(), weights.sort());
  });
}

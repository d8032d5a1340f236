import { assertEquals } from "@std/assert";
import { namedVariables } from "../../../../train/core/variables.ts";
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
    // Every weight under a name that does not count layers of the process, and none folded away;
    // kernels of convolutions have their axes in ONNX's order.
    const stored = [...graph.initializers].filter(([name]) => !name.startsWith("/"));
    const named = Object.entries(namedVariables({ [model.name]: model }));
    const listed = (
      entries: readonly (readonly [string, { readonly shape: readonly number[] }])[],
    ) => entries.map(([name, { shape }]) => `${name}[${shape.toSorted((a, b) => a - b)}]`).sort();
    assertEquals(listed(stored), listed(named));
    assertEquals(stored.length, model.weights.length);
  });
}

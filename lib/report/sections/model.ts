import { count } from "../parts/numbers.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";
import { table } from "../parts/table.ts";

/** The layers of the networks. */
export function model({ manifest: { layers, system } }: ReportRun): Section | undefined {
  if (layers.length === 0) return undefined;
  const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  const rows = layers.map(({ network, layer, type, outputShape, parameters }) => [
    network,
    // Layers of a network are often named after it.
    layer.startsWith(`${network}_`) ? layer.slice(network.length + 1) : layer,
    type,
    outputShape.join("x"),
    count(parameters),
  ]);
  const columns = ["network", "layer", "type", "output"].map((title) => ({ title }));
  return {
    title: "Model",
    layout: "half",
    body: [
      table([...columns, { title: "parameters", number: true }], rows, {
        caption: `The layers of the system ${system}`,
        footer: ["total", "", "", "", count(total)],
      }),
    ],
  };
}

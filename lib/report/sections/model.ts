import { Html, type HtmlPart } from "../parts/html.ts";
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
    breakable(layer.startsWith(`${network}_`) ? layer.slice(network.length + 1) : layer),
    breakable(type),
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

/** A name that may be broken before its words, as the column is narrow. */
function breakable(name: string): HtmlPart {
  return name.split(/(?<=[a-z_])(?=[A-Z0-9])|(?<=D)(?=T)/).flatMap((word, i) =>
    i === 0 ? [word] : [new Html("<wbr>"), word]
  );
}

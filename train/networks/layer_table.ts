import type { Networks } from "../core/variables.ts";

/** One layer of a network. */
export interface LayerRow {
  readonly network: string;
  readonly layer: string;
  /** The layer's class, such as `Dense`. */
  readonly type: string;
  /** Without the batch. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
}

/** The layers of networks with their shapes and parameter counts. */
export function layerRows(networks: Networks): LayerRow[] {
  return Object.entries(networks).flatMap(([network, { layers }]) =>
    layers.map((layer) => ({
      network,
      layer: layer.name,
      type: layer.getClassName(),
      outputShape: (layer.outputShape as number[]).slice(1),
      parameters: layer.countParams(),
    }))
  );
}

/** How many numbers training may change. */
export function countParameters(rows: readonly LayerRow[]): number {
  return rows.reduce((sum, { parameters }) => sum + parameters, 0);
}

/** The layers as lines of text, columns aligned, with the total last. */
export function formatLayers(rows: readonly LayerRow[]): string[] {
  const count = (value: number) => value.toLocaleString("en-US");
  const cells = [
    ["network", "layer", "type", "output", "parameters"],
    ...rows.map(({ network, layer, type, outputShape, parameters }) => [
      network,
      layer,
      type,
      outputShape.join("x"),
      count(parameters),
    ]),
    ["total", "", "", "", count(countParameters(rows))],
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map((row) =>
    row.map((cell, column) => {
      const isNumber = column === row.length - 1;
      return isNumber ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
    }).join("  ").trimEnd()
  );
}

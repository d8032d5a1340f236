import type { Model, ValueInfo } from "../../lib/onnx/mod.ts";
import type { ExportedFunction } from "../export/export_function.ts";

/** A table of what a file holds, one line a row. */
export function formatSummary(
  { model, difference, differences }: ExportedFunction,
  { path, bytes }: { path: string; bytes: number },
): string {
  const { graph, opset } = model;
  const rows = [
    ["file", `${path}, ${formatBytes(bytes)}, opset ${opset}`],
    ...graph.inputs.map((input) => ["input", formatValue(input)]),
    ...graph.outputs.map((output) => ["output", formatValue(output)]),
    ["nodes", `${graph.nodes.length}: ${commonest(model)}`],
    ["weights", `${graph.initializers.size}`],
    [
      "difference",
      differences.length === 0
        ? "not compared with TensorFlow.js"
        : `${difference.toExponential(1)} of the greatest value of an output, from TensorFlow.js`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join("\n");
}

function formatValue({ name, dtype, shape }: ValueInfo): string {
  return `${name} ${dtype} [${shape.join(", ")}]`;
}

/** The operators that most nodes are of, with their number. */
function commonest({ graph }: Model): string {
  const counts = new Map<string, number>();
  for (const { opType } of graph.nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 6).map(([opType, count]) => `${count} ${opType}`);
  return `${shown.join(", ")}${sorted.length > shown.length ? ", ..." : ""}`;
}

/** Bytes as `820 bytes`, `12.3 kB` or `4.5 MB`. */
function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

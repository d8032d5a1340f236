import type { NodeProfile, Profile } from "./profile.ts";

/** What ran the nodes that a device has no kernel for. */
const CPU = "CPUExecutionProvider";

/** Nodes that are named where many ran on the CPU instead. */
const MOST_NAMES = 12;

/**
 * A profile as lines for people: what each provider ran, then each operator, the slowest first; and
 * where another provider ran any, which nodes the CPU ran.
 */
export function formatProfile({ nodes, isCut }: Pick<Profile, "nodes" | "isCut">): string[] {
  const total = sum(nodes, ({ milliseconds }) => milliseconds);
  const rowsBy = (key: (node: NodeProfile) => string) =>
    [...new Set(nodes.map(key))]
      .map((name) => [name, nodes.filter((node) => key(node) === name)] as const)
      .map(([name, group]) => ({
        name,
        nodes: group.length,
        runs: sum(group, ({ runs }) => runs),
        milliseconds: sum(group, ({ milliseconds }) => milliseconds),
      }))
      .sort((a, b) => b.milliseconds - a.milliseconds)
      .map(({ name, nodes, runs, milliseconds }) => [
        name,
        String(nodes),
        String(runs),
        milliseconds.toFixed(milliseconds < 10 ? 3 : 1),
        `${(100 * milliseconds / (total || 1)).toFixed(1)}%`,
      ]);
  const heads = ["nodes", "runs", "ms", "share"];
  const fallen = nodes.filter(({ provider }) => provider === CPU);
  const hasFallen = fallen.length > 0 && fallen.length < nodes.length;
  return [
    ...formatColumns([["provider", ...heads], ...rowsBy(({ provider }) => provider)]),
    "",
    ...formatColumns([
      ["operator", ...heads],
      ...rowsBy(({ operator, provider }) => `${operator} (${short(provider)})`),
    ]),
    ...hasFallen ? ["", `the CPU ran ${listNames(fallen)}`] : [],
    ...fallen.length < nodes.length
      ? ["times are those of giving the work to the device, which may go on after that"]
      : [],
    ...isCut
      ? ["ONNX Runtime writes a million events of a session: what came later is left out"]
      : [],
  ];
}

function listNames(nodes: readonly NodeProfile[]): string {
  const names = nodes.map(({ name, operator }) => `${name} (${operator})`);
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? `, and ${more} more` : "");
}

/** Columns of one width each, the first to the left and numbers to the right. */
function formatColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ")
  );
}

/** `CPUExecutionProvider` as `CPU`. */
function short(provider: string): string {
  return provider.replace(/ExecutionProvider$/, "");
}

function sum<T>(values: readonly T[], valueOf: (value: T) => number): number {
  return values.reduce((total, value) => total + valueOf(value), 0);
}

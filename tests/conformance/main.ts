import { parseArgs } from "@std/cli/parse-args";
import type { CompiledSpec } from "./compiled_specs.ts";
import { compare, type Comparison, type ExpectedFailures } from "./compare.ts";
import expected from "./expected_failures.json" with { type: "json" };
import { runCompiledSuite, runSuite } from "./run.ts";

const args = parseArgs(Deno.args, {
  string: ["backend", "engine", "results"],
  default: { backend: "onnx" },
});
if (args.engine === "native") {
  const { specs, compiled } = await runCompiledSuite();
  const passed = new Set(specs.filter(({ status }) => status === "passed").map(({ name }) => name));
  const results = compiled.filter(({ name }) => passed.has(name));
  if (args.results) {
    await Deno.writeTextFile(String(args.results), JSON.stringify(results, null, 1));
  }
  console.log(compiledReport(results));
  Deno.exit(results.some(({ status }) => status === "failed") ? 1 : 0);
}
const backend = String(args.backend);
const results = await runSuite(backend);
if (args.results) await Deno.writeTextFile(String(args.results), JSON.stringify(results, null, 1));
const expectedFailures: ExpectedFailures = backend === "onnx" ? expected : {};
const comparison = compare(results, expectedFailures);
console.log(report(backend, comparison));
if (comparison.unlisted.length + comparison.outdated.length > 0) Deno.exit(1);

function compiledReport(results: readonly CompiledSpec[]): string {
  const of = (status: CompiledSpec["status"]) => results.filter((each) => each.status === status);
  const missing = new Map<string, number>();
  for (const { message } of of("no rule")) missing.set(message, (missing.get(message) ?? 0) + 1);
  return [
    `TensorFlow.js's own specs, compiled: of ${results.length} that pass and read what kernels compute, ` +
    `${of("passed").length} pass, ${of("failed").length} fail, ` +
    `${of("no rule").length} call kernels without a C rule:`,
    ...[...missing].sort(([, a], [, b]) => b - a).map(([kernels, count]) =>
      `${String(count).padStart(6)} ${kernels}`
    ),
    ...of("failed").map(({ name, message }) => `fails: ${name}\n    ${message}`),
  ].join("\n");
}

function report(backend: string, { total, passed, listed, unlisted, outdated }: Comparison) {
  return [
    `TensorFlow.js's own specs on "${backend}": ${passed} of ${total} pass`,
    ...Object.entries(listed).map(([reason, count]) => `${String(count).padStart(6)} ${reason}`),
    ...unlisted.map(({ name, message }) => `fails and is not listed: ${name}\n    ${message}`),
    ...outdated.map((name) => `is listed and does not fail: ${name}`),
  ].join("\n");
}

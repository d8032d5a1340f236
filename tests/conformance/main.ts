import { parseArgs } from "@std/cli/parse-args";
import { compare, type Comparison, type ExpectedFailures } from "./compare.ts";
import expected from "./expected_failures.json" with { type: "json" };
import { runSuite } from "./run.ts";

const args = parseArgs(Deno.args, {
  string: ["backend", "results"],
  default: { backend: "onnx" },
});
const backend = String(args.backend);
const results = await runSuite(backend);
if (args.results) await Deno.writeTextFile(String(args.results), JSON.stringify(results, null, 1));
const expectedFailures: ExpectedFailures = backend === "onnx" ? expected : {};
const comparison = compare(results, expectedFailures);
console.log(report(backend, comparison));
if (comparison.unlisted.length + comparison.outdated.length > 0) Deno.exit(1);

function report(backend: string, { total, passed, listed, unlisted, outdated }: Comparison) {
  return [
    `TensorFlow.js's own specs on "${backend}": ${passed} of ${total} pass`,
    ...Object.entries(listed).map(([reason, count]) => `${String(count).padStart(6)} ${reason}`),
    ...unlisted.map(({ name, message }) => `fails and is not listed: ${name}\n    ${message}`),
    ...outdated.map((name) => `is listed and does not fail: ${name}`),
  ].join("\n");
}

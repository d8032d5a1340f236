/**
 * Adds up test reports and prints the closing line; exits with 1 if anything failed.
 *
 *     deno run --allow-read .ci/count.ts FAILED_STEPS REPORT.xml …
 *
 * @module
 */
const [failedSteps, ...reports] = Deno.args;
let tests = 0;
let failed = 0;
let skipped = 0;
for (const path of reports) {
  const text = await Deno.readTextFile(path);
  const cases = text.match(/<testcase\b/g)?.length ?? 0;
  if (cases === 0) throw new Error(`Cannot count: ${path} reports no test`);
  tests += cases;
  failed += text.match(/<(failure|error)\b/g)?.length ?? 0;
  skipped += text.match(/<skipped\b/g)?.length ?? 0;
}
// A step that failed for another reason than a test counts as one.
const other = failed === 0 ? Number(failedSteps) : 0;
console.log(`${tests - failed - skipped} passed, ${failed + other} failed, ${skipped} skipped`);
Deno.exit(failed + Number(failedSteps) === 0 ? 0 : 1);

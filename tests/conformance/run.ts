import { type BundleOptions, bundleSuite } from "./bundle.ts";
import type { CompiledSpec } from "./compiled_specs.ts";

/** How one spec went. */
export interface SpecResult {
  /** Full and unique: of specs with one name, the second ends in `(2)`. */
  readonly name: string;
  readonly status: "passed" | "failed" | "pending" | "excluded";
  /** Why it failed. */
  readonly message: string;
}

/** Runs TensorFlow.js's specs on a backend. */
export async function runSuite(backend: string): Promise<SpecResult[]> {
  return await inSuite({ backend }, async (suite) => withUniqueNames(await suite.runSpecs()));
}

/**
 * Runs TensorFlow.js's specs on ONNX Runtime, compiles the kernels behind all that they read, and
 * compares: a spec that passes, and reads the same from compiled kernels, passes compiled.
 */
export async function runCompiledSuite(): Promise<
  { specs: SpecResult[]; compiled: CompiledSpec[] }
> {
  return await inSuite({ backend: "onnx", compiled: true }, async (suite) => ({
    specs: await suite.runSpecs(),
    compiled: await suite.compileSpecs(),
  }));
}

interface Suite {
  runSpecs(): Promise<SpecResult[]>;
  compileSpecs(): Promise<CompiledSpec[]>;
}

async function inSuite<T>(
  options: BundleOptions,
  run: (suite: Suite) => Promise<T>,
): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".mjs" });
  try {
    await bundleSuite(path, options);
    return await run(await import(`file://${path}`));
  } finally {
    await Deno.remove(path);
  }
}

function withUniqueNames(results: readonly SpecResult[]): SpecResult[] {
  const counts = new Map<string, number>();
  return results.map((result) => {
    const count = (counts.get(result.name) ?? 0) + 1;
    counts.set(result.name, count);
    return count === 1 ? result : { ...result, name: `${result.name} (${count})` };
  });
}

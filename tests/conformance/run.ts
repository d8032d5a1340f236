import { bundleSuite } from "./bundle.ts";

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
  const path = await Deno.makeTempFile({ suffix: ".mjs" });
  try {
    await bundleSuite(path, { backend });
    const suite = await import(`file://${path}`);
    return withUniqueNames(await suite.runSpecs());
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

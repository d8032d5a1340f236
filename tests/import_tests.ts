import { useBackend } from "../train/tfjs/backends.ts";
import { modules } from "./modules.ts";

/** The tests of `deno task test`, in two halves that take as long as each other. */
export const SUITES = {
  train: /^tests\/train\/(?!studies\/|doctor\/|main_test).*_test\.ts$/,
  lib: /^tests\/((lib|infer|bench|vendor|train\/studies|train\/doctor)\/.*|train\/main)_test\.ts$/,
} as const;

/**
 * Imports tests into one process: TensorFlow.js and ONNX Runtime, which take a third of a second, are
 * loaded once and not for each file.
 */
export async function importTests(suite: RegExp): Promise<void> {
  // A test may leave another backend behind, such as wasm.
  Deno.test.beforeEach(async () => void await useBackend("cpu"));
  const paths = (await modules("tests/")).map(([path]) => path).filter((path) => suite.test(path));
  for (const path of paths.sort()) await import(`../${path}`);
}

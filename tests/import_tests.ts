import { modules } from "./modules.ts";

/**
 * Imports the tests below some folders into one process: TensorFlow.js and ONNX Runtime, which take
 * a third of a second, are loaded once and not for each file.
 */
export async function importTests(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const paths = (await modules(folder)).map(([path]) => path).sort();
    for (const path of paths) if (path.endsWith("_test.ts")) await import(`../${path}`);
  }
}

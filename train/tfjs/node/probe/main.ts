import { createRequire } from "node:module";
import { platform } from "../../../../lib/platform/platform.ts";

/**
 * Loads the binding that its argument names and squares a number with it. Prints JSON:
 * `{ libtensorflow, gpu }`, or `{ error }`. Run by `probeBinding()` in a process of its own.
 */
function probe(path: string): { libtensorflow: string; gpu: boolean } {
  const binding = createRequire(import.meta.url)(path);
  const id = binding.createTensor([1], binding.TF_FLOAT, Float32Array.of(3));
  const type = { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  const [square] = binding.executeOp("Square", [type], [id], 1);
  const [value] = binding.tensorDataSync(square.id);
  if (value !== 9) throw new Error(`the square of 3 is ${value}`);
  return { libtensorflow: binding.TF_Version, gpu: binding.isUsingGpuDevice() };
}

if (import.meta.main) {
  try {
    console.log(JSON.stringify(probe(platform.args[0])));
  } catch (error) {
    console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  }
}

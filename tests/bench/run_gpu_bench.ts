import { type Ended, runMain } from "../command_line.ts";

/** Little to measure. */
export const TINY = "--rounds 2 --batches 1,5 --train-batches 4 --steps 2,3";

/** Runs the bench without PyTorch; it measures in processes of its own. */
export async function bench(dir: string, args: string): Promise<Ended> {
  const python = Deno.env.get("GLIMPSE_PYTHON");
  Deno.env.set("GLIMPSE_PYTHON", "/nowhere/python3");
  try {
    return await runMain("bench/gpu/main.ts", args.split(" "), { cwd: dir });
  } finally {
    if (python === undefined) Deno.env.delete("GLIMPSE_PYTHON");
    else Deno.env.set("GLIMPSE_PYTHON", python);
  }
}

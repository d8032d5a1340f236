/** The Python that has the peers; see `requirements.txt` beside this file. */
export const PYTHON = Deno.env.get("GLIMPSE_PYTHON") ?? "python3";

/**
 * Runs a Python script of this folder.
 *
 * @param args What follows the script on the command line.
 * @returns What it printed.
 * @throws {Error} If it fails, with what it said: peers that are missing are no reason to pass.
 */
export async function runPython(
  script: string,
  args: readonly string[] = [],
  { input = "" }: { input?: string } = {},
): Promise<string> {
  const path = new URL(script, import.meta.url).pathname;
  const child = new Deno.Command(PYTHON, {
    args: [path, ...args],
    // One thread sums in one order, and small arrays gain nothing from more.
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch (error) {
    // A script that failed before it read its input says below why it did.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  const { code, stdout, stderr } = await output;
  if (code !== 0) {
    throw new Error(`Cannot run ${script} with ${PYTHON}:\n${new TextDecoder().decode(stderr)}`);
  }
  return new TextDecoder().decode(stdout);
}

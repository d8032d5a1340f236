/** The Python that has the peers; see `requirements.txt` beside this file. */
export const PYTHON = Deno.env.get("GLIMPSE_PYTHON") ?? "python3";

/**
 * Runs a Python script of this folder.
 *
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
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) {
    throw new Error(`Cannot run ${script} with ${PYTHON}:\n${new TextDecoder().decode(stderr)}`);
  }
  return new TextDecoder().decode(stdout);
}

/**
 * This very Deno, or the one on the PATH if only that may be run: a task can name that one alone.
 */
export async function denoCommand(): Promise<string> {
  const self = Deno.execPath();
  const { state } = await Deno.permissions.query({ name: "run", command: self });
  return state === "granted" ? self : "deno";
}

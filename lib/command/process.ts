import type { Host } from "./command.ts";

/** This process, for the `main.ts` files; everything else is handed its host. */
export const PROCESS: Host = {
  args: Deno.args,
  print: console.log,
  status: Deno.stderr,
  exit: Deno.exit,
  watched: true,
};

import type { Host } from "./command.ts";
import { platform } from "../platform/platform.ts";

/** This process, for the `main.ts` files; everything else is handed its host. */
export const PROCESS: Host = {
  args: platform.args,
  print: console.log,
  status: platform.stderr,
  exit: platform.exit,
  watched: true,
};

import type { Command } from "../lib/command/command.ts";

/** The module of each task, which is loaded when it is asked for. */
export const TASKS: Readonly<
  Record<string, () => Promise<{ program: Command | readonly Command[] }>>
> = {
  train: () => import("../train/main.ts"),
  study: () => import("../train/studies/main.ts"),
  convert: () => import("../train/convert/main.ts"),
  data: () => import("../lib/data/download/main.ts"),
  classify: () => import("../infer/main.ts"),
  reconstruct: () => import("../infer/main.ts"),
  generate: () => import("../infer/main.ts"),
  report: () => import("../infer/main.ts"),
  serve: () => import("../infer/serve/main.ts"),
  vae: () => import("../infer/vae/main.ts"),
  bird: () => import("../infer/bird/main.ts"),
};

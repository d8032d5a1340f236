import { InputError } from "../../../lib/input_error.ts";
import type { OpenEngine } from "./engine.ts";
import { openNative } from "./native.ts";
import { openOnnx } from "./onnx.ts";
import { openTfjs, openTfjsNode } from "./tfjs.ts";

/** Every way to take a training step, by the name that `--engine` takes: to add one, add a line. */
export const ENGINES = {
  onnx: openOnnx,
  native: openNative,
  tfjs: openTfjs,
  "tfjs-node-gpu": openTfjsNode,
} as const satisfies Record<string, OpenEngine>;

/** The name of an engine. */
export type EngineName = keyof typeof ENGINES;

/** @throws {InputError} If there is no engine of that name. */
export function engineOf(name: EngineName): typeof ENGINES[EngineName] {
  if (Object.hasOwn(ENGINES, name)) return ENGINES[name];
  const names = Object.keys(ENGINES).join(", ");
  throw new InputError(`Cannot train: there is no engine "${name}", there are ${names}`);
}

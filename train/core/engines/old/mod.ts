import type { Engine, EngineOptions } from "./engine.ts";
import { createOnnxEngine } from "./onnx.ts";
import { createTfjsEngine } from "./tfjs.ts";
import { createTfjsNodeEngine } from "./tfjs_node.ts";

/** Every way to take a training step, by the name that `--engine` takes. */
export const ENGINES = {
  onnx: createOnnxEngine,
  tfjs: createTfjsEngine,
  "tfjs-node-gpu": createTfjsNodeEngine,
} as const satisfies Record<string, (options: EngineOptions) => Promise<Engine>>;

/** The name of an engine. */
export type EngineName = keyof typeof ENGINES;

import { useBackend } from "../../../tfjs/backends.ts";
import { describeNative, TFJS_NODE_BACKEND } from "../../../tfjs/node/register_backend.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { TfjsEngine } from "./tfjs.ts";

/**
 * Takes each step eagerly on `@tensorflow/tfjs-node-gpu`: on the GPU if its libtensorflow sees one.
 *
 * @throws {InputError} If its native binding has not been set up.
 */
export async function createTfjsNodeEngine(options: EngineOptions): Promise<Engine> {
  await useBackend(TFJS_NODE_BACKEND, options);
  return new TfjsEngine(options, `tfjs-node-gpu (${describeNative()})`);
}

import { useBackend } from "../../tfjs/backends.ts";
import { describeNative, TFJS_NODE_BACKEND } from "../../tfjs/node/register_backend.ts";
import type { Feed } from "../feed.ts";
import type { Step } from "../step.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { EagerEngine } from "./tfjs.ts";

/**
 * Takes each step eagerly on `@tensorflow/tfjs-node-gpu`: on the GPU if its libtensorflow sees one.
 *
 * @throws {InputError} If its native binding has not been set up.
 */
export async function openTfjsNode(
  step: Step,
  _feed: Feed,
  options: EngineOptions,
): Promise<Engine> {
  const { threads = 0 } = options;
  await useBackend(TFJS_NODE_BACKEND, { threads });
  return new EagerEngine(step, options, `tfjs-node-gpu (${describeNative()})`);
}

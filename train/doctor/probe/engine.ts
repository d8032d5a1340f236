import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../tfjs/backends.ts";
import { InputError } from "../../../lib/input_error.ts";
import { openNative } from "../../core/engines/native.ts";
import { openTfjs } from "../../core/engines/tfjs.ts";
import { openTfjsNode } from "../../core/engines/tfjs.ts";
import { COMPILER_FIX, findCompiler } from "../../native/compiler.ts";
import { probeBinding } from "../../tfjs/node/probe_binding.ts";
import type { Answer } from "../message.ts";
import { type ProbeSettings, probeTraining } from "./training.ts";

/** Takes steps on an engine that is TensorFlow.js. */
export async function probeEngine(
  name: string,
  { backend, ...settings }: ProbeSettings & { backend: string | undefined },
): Promise<Answer> {
  settings.onStage("starting it");
  if (name === "native") return await probeNative(settings);
  if (name === "tfjs-node-gpu") return await probeTfjsNode(settings);
  await useBackend(backend!);
  const versions = { "tensorflow.js": tf.version_core };
  return { works: true, ...await probeTraining(openTfjs, settings), versions };
}

async function probeNative(settings: ProbeSettings): Promise<Answer> {
  try {
    const { version } = await findCompiler();
    return { works: true, detail: `with ${version}`, ...await probeTraining(openNative, settings) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { works: false, reason: error.message, fix: COMPILER_FIX };
  }
}

async function probeTfjsNode(settings: ProbeSettings): Promise<Answer> {
  const { works, gpu, libtensorflow, reason, fix } = await probeBinding();
  if (!works) return { works, reason, fix };
  await useBackend("tensorflow");
  return {
    works,
    detail: `on the ${gpu ? "GPU" : "CPU"}, libtensorflow ${libtensorflow}`,
    reason,
    fix,
    ...await probeTraining(openTfjsNode, settings),
  };
}

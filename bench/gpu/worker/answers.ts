import * as tf from "@tensorflow/tfjs-core";
import { explainProbe } from "../../../lib/runtime/device.ts";
import { type DeviceName, proveDevice, runtimeVersion } from "../../../lib/runtime/mod.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { openOnnx } from "../../../train/core/engines/onnx.ts";
import { openTfjsNode } from "../../../train/core/engines/tfjs.ts";
import { describeNative } from "../../../train/tfjs/node/register_backend.ts";
import { timeInference } from "./inference.ts";
import { compareDevices, type ParityAnswer } from "./parity.ts";
import { type Placement, placeStep } from "./placement.ts";
import type { Question } from "./question.ts";
import { timeTraining } from "./training.ts";

/** What a worker can answer, by the kind of the question; times are in milliseconds. */
export interface Answers {
  /** What one batch takes. */
  inference?(question: Question): Promise<number>;
  /** What one step takes. */
  training?(question: Question): Promise<number>;
  /** How far the device is from the CPU. */
  parity?(question: Question): Promise<ParityAnswer[]>;
  /** Which nodes of the training step run where. */
  placement?(question: Question): Promise<Placement>;
}

/** Prepares what is measured; fails where it is not there. */
export async function openWorker(
  name: string,
  folder: string,
): Promise<Answers & { hello: { version: string } }> {
  if (name === "tfjs-node-gpu") {
    const training = timeTraining(openTfjsNode);
    // Registers the backend, or says why it cannot.
    await useBackend("tensorflow");
    return { hello: { version: `${tf.version_core}, ${describeNative()}` }, training };
  }
  const device = name as DeviceName;
  const probe = await proveDevice(device);
  if (!probe.works) throw new Error(explainProbe(device, probe));
  await useBackend("cpu");
  return {
    hello: { version: runtimeVersion() },
    inference: timeInference(folder, device),
    training: timeTraining((step, feed, options) => openOnnx(step, feed, { ...options, device })),
    parity: () => compareDevices(folder, device),
    placement: ({ batch }) => placeStep(device, batch),
  };
}

import { measureRate } from "../measure_rate.ts";
import type { NdArray } from "../../../lib/array/ndarray.ts";
import { differences, type Model as OnnxModel } from "../../../lib/onnx/mod.ts";
import {
  createSession,
  type DeviceName,
  probeDevice as detectDevice,
  proveDevice,
  runtimeVersion,
} from "../../../lib/runtime/mod.ts";
import { useBackend } from "../../tfjs/backends.ts";
import { openOnnx } from "../../core/engines/onnx.ts";
import { namedVariables } from "../../core/variables.ts";
import { exportFunction } from "../../export/export_function.ts";
import { defaultVae, randomPixels } from "../default_vae.ts";
import type { Answer } from "../message.ts";
import { type ProbeSettings, probeTraining } from "./training.ts";

/** Images of one batch of inference. */
const BATCH = 1024;

/** Images that are compared with the CPU's. */
const COMPARED = 16;

/**
 * The greatest difference from the CPU's numbers, absolute up to 1 and relative above. Some devices
 * compute in half precision or TF32, which is amiss but no reason to say that they do not work.
 */
const MAX_DIFFERENCE = 1e-3;

/** Encodes, decodes and trains on a device of ONNX Runtime. */
export async function probeDevice(name: DeviceName, settings: ProbeSettings): Promise<Answer> {
  const { quick, onStage } = settings;
  onStage("starting it");
  const versions = { "onnxruntime-node": runtimeVersion() };
  const found = await detectDevice(name);
  const { works, reason, fix } = found.works ? await proveDevice(name) : found;
  if (!works) return { works, reason, fix, versions };

  await useBackend("cpu");
  const models = await exportModels();
  onStage("comparing it with the CPU");
  const difference = name === "cpu" ? 0 : await compare(models, name);
  const remarks = difference <= MAX_DIFFERENCE
    ? []
    : [`its numbers differ from the CPU's by up to ${difference.toPrecision(2)}`];
  const speed = quick ? {} : await measureInference(models, name, settings);
  const trained = await train(name, settings);
  if (trained.fault !== undefined) remarks.push(`training does not work on it: ${trained.fault}`);
  return {
    works,
    trains: trained.fault === undefined,
    reason: remarks.join("; ") || undefined,
    ...speed,
    ...trained.speed,
    versions,
  };
}

async function train(device: DeviceName, settings: ProbeSettings) {
  try {
    const speed = await probeTraining(
      (step, feed, options) => openOnnx(step, feed, { ...options, device }),
      settings,
    );
    return { speed };
  } catch (error) {
    return { fault: (error instanceof Error ? error.message : String(error)).split("\n")[0] };
  }
}

/** Encoder and decoder of the default VAE. */
async function exportModels(): Promise<OnnxModel[]> {
  const { vae } = defaultVae();
  const options = { parameters: namedVariables(vae.networks), verify: false };
  const encoder = await exportFunction(({ images }) => ({ z_mean: vae.encode(images).zMean }), {
    ...options,
    inputs: { images: { shape: [null, 28, 28, 1] } },
  });
  const decoder = await exportFunction(({ z }) => ({ images: vae.decode(z) }), {
    ...options,
    inputs: { z: { shape: [null, vae.latentDim] } },
  });
  return [encoder.model, decoder.model];
}

/** Encodes images and decodes their latent means. */
type Reconstruct = (images: NdArray) => Promise<Record<string, NdArray>>;

async function withModels<T>(
  models: readonly OnnxModel[],
  device: DeviceName,
  work: (reconstruct: Reconstruct) => Promise<T>,
): Promise<T> {
  const encoder = await createSession(models[0], { device });
  const decoder = await createSession(models[1], { device });
  try {
    return await work(async (images) => {
      const latents = await encoder.run({ images });
      return { ...latents, ...await decoder.run({ z: latents.z_mean }) };
    });
  } finally {
    await encoder.release();
    await decoder.release();
  }
}

async function compare(models: readonly OnnxModel[], device: DeviceName): Promise<number> {
  const images = randomPixels(COMPARED);
  const [expected, actual] = [
    await withModels(models, "cpu", (reconstruct) => reconstruct(images)),
    await withModels(models, device, (reconstruct) => reconstruct(images)),
  ];
  return Math.max(...differences(actual, expected).map((found) => found.relativeDifference));
}

async function measureInference(
  models: readonly OnnxModel[],
  device: DeviceName,
  { budget, onStage }: ProbeSettings,
): Promise<Pick<Answer, "inferenceSpeed">> {
  onStage("measuring the speed of inference");
  const images = randomPixels(BATCH);
  const rate = await withModels(models, device, (reconstruct) =>
    measureRate(async (count) => {
      for (let i = 0; i < count; i++) await reconstruct(images);
    }, { budget }));
  return { inferenceSpeed: BATCH * rate };
}

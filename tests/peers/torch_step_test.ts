import { assert } from "@std/assert";
import { encodeNpz, readNpz, takeImages, toFloat32 } from "../../lib/data/mod.ts";
import { type NdArray, ndarray } from "../../lib/ndarray.ts";
import { useBackend } from "../../train/backends.ts";
import { modelVariables } from "../../train/models/mod.ts";
import { buildVae, type VaeOptions } from "../../train/models/vae.ts";
import {
  blobs,
  curveError,
  drawChunk,
  recordedGradients,
  relativeError,
  runSteps,
  type StepCase,
} from "../train/step_case.ts";
import { runPython } from "./python.ts";

await useBackend("cpu");

const STEPS = 100;

const CASES: VaeOptions[] = [
  { hidden: [48, 24], seed: 4, reconstruction: "bernoulli" },
  { hidden: [48, 24], seed: 4, latentDim: 3, reconstruction: "gaussian", standardDeviation: 0.2 },
];

for (const options of CASES) {
  Deno.test(`gradients and loss curve are PyTorch's, given weights, batches and noise (${options.reconstruction})`, async () => {
    const stepCase = { images: blobs(300), batchSize: 32, options };
    const chunk = drawChunk(stepCase, STEPS);
    const torch = await runTorch(stepCase, chunk);

    const model = buildVae([8, 8, 1], options);
    const latentDim = options.latentDim ?? 2;
    const gradients = await recordedGradients(model, {
      images: toFloat32(takeImages(stepCase.images, chunk.indices.subarray(0, 32))),
      epsilon: chunk.epsilon.subarray(0, 32 * latentDim),
      beta: chunk.beta[0],
    });
    Object.values(gradients).forEach((gradient, i) => {
      const error = relativeError(gradient, torch[`gradient_${i}`].data as Float32Array);
      assert(error <= 1e-5, `gradient ${i} is off by ${error} of its norm`);
    });

    const { losses } = await runSteps(stepCase, "onnx", chunk);
    const expected = torch.loss.data as Float32Array;
    const early = curveError(losses.loss.subarray(0, 5), expected.subarray(0, 5));
    assert(early <= 1e-4, `the first 5 losses are off by ${early}`);
    const whole = curveError(losses.loss, expected);
    assert(whole <= 5e-3, `the ${STEPS} losses are off by ${whole}`);
    assert(expected[STEPS - 1] < 0.9 * expected[0], "PyTorch's loss did not fall");
  });
}

async function runTorch(
  { images, batchSize, options }: StepCase,
  { indices, epsilon, beta, learningRate }: ReturnType<typeof drawChunk>,
): Promise<Record<string, NdArray>> {
  const model = buildVae([8, 8, 1], options);
  const weights = await Promise.all(
    modelVariables(model).map(async (variable, i) => [
      `weight_${i}`,
      ndarray("float32", variable.shape, await variable.data() as Float32Array),
    ]),
  );
  const batches = toFloat32(takeImages(images, indices));
  const latentDim = options.latentDim ?? 2;
  const scalar = (value: number) => ndarray("float32", [], Float32Array.of(value));
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(
      `${dir}/in.npz`,
      encodeNpz({
        ...Object.fromEntries(weights),
        images: ndarray("float32", [STEPS, batchSize, 64], batches.data),
        epsilon: ndarray("float32", [STEPS, batchSize, latentDim], epsilon),
        beta: ndarray("float32", [STEPS], beta),
        learning_rate: scalar(learningRate[0]),
        standard_deviation: scalar(options.standardDeviation ?? 1),
      }),
    );
    await runPython("torch_step.py", [
      `${dir}/in.npz`,
      `${dir}/out.npz`,
      options.reconstruction ?? "bernoulli",
    ]);
    return await readNpz(`${dir}/out.npz`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

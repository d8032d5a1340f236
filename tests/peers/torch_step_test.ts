import { assert } from "@std/assert";
import { encodeNpz, readNpz } from "../../lib/data/mod.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import { gatherRows } from "../../train/core/engines/rows.ts";
import { modelVariables } from "../../train/models/mod.ts";
import { buildVae, type VaeOptions } from "../../train/models/vae.ts";
import {
  blobs,
  CENTERS,
  curveError,
  drawChunk,
  firstStep,
  OBJECTIVES,
  recordedGradients,
  relativeError,
  runSteps,
  type StepCase,
} from "../train/core/step_case.ts";
import { runPython } from "./python.ts";

await useBackend("cpu");

const STEPS = 100;

const SMALL: VaeOptions = { hidden: [48, 24], seed: 4, reconstruction: "bernoulli" };

const CASES: { options: VaeOptions; objective: keyof typeof OBJECTIVES }[] = [
  { options: SMALL, objective: "elbo" },
  {
    options: { ...SMALL, latentDim: 3, reconstruction: "gaussian", standardDeviation: 0.2 },
    objective: "elbo",
  },
  { options: SMALL, objective: "consistency" },
  { options: SMALL, objective: "clusters" },
];

for (const { options, objective } of CASES) {
  Deno.test(`gradients and loss curve are PyTorch's, given weights, batches and noise (${objective}, ${options.reconstruction})`, async () => {
    const stepCase: StepCase = { images: blobs(300), batchSize: 32, options, objective };
    const chunk = drawChunk(stepCase, STEPS);
    const torch = await runTorch(stepCase, chunk);

    const model = buildVae([8, 8, 1], options);
    const inputs = firstStep(chunk, { batchSize: 32, latentDim: model.latentDim });
    const { learningRate: _unused, ...given } = inputs;
    const gradients = await recordedGradients(model, OBJECTIVES[objective](model), given);
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
  { batchSize, options, objective }: StepCase,
  { indices, epsilon, scalars, rows }: ReturnType<typeof drawChunk>,
): Promise<Record<string, NdArray>> {
  const model = buildVae([8, 8, 1], options);
  const weights = await Promise.all(
    modelVariables(model).map(async (variable, i) => [
      `weight_${i}`,
      ndarray("float32", variable.shape, await variable.data() as Float32Array),
    ]),
  );
  const batches = Object.entries(rows).map(([name, array]) => {
    const { data } = gatherRows(array, indices);
    return [name, ndarray("float32", [STEPS, batchSize, data.length / indices.length], data)];
  });
  const perStep = Object.entries(scalars).map(([name, values]) => [
    name,
    ndarray("float32", [STEPS], values),
  ]);
  const scalar = (value: number) => ndarray("float32", [], Float32Array.of(value));
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(
      `${dir}/in.npz`,
      encodeNpz({
        ...Object.fromEntries([...weights, ...batches, ...perStep]),
        epsilon: ndarray("float32", [STEPS, batchSize, model.latentDim], epsilon),
        centers: CENTERS,
        standard_deviation: scalar(options.standardDeviation ?? 1),
      }),
    );
    await runPython("torch_step.py", [
      `${dir}/in.npz`,
      `${dir}/out.npz`,
      options.reconstruction ?? "bernoulli",
      objective ?? "elbo",
    ]);
    return await readNpz(`${dir}/out.npz`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

import { assert } from "@std/assert";
import { encodeNpz, readNpz } from "../../lib/data/mod.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import { floatRows } from "../../train/core/engines/rows.ts";
import { buildVae, type VaeOptions } from "../../train/networks/vae.ts";
import { trainableVariables } from "../../train/core/variables.ts";
import {
  blobs,
  CENTERS,
  chunkOf,
  curveError,
  firstStep,
  recordedGradients,
  relativeError,
  runSteps,
  VAE_LOSSES,
  vaeCase,
  vaeWith,
} from "../train/core/step_case.ts";
import { take } from "../../lib/array/rows.ts";
import type { Chunk } from "../../train/core/feed.ts";
import { runPython } from "./python.ts";

await useBackend("cpu");

const STEPS = 100;

const SMALL = vaeWith({ hidden: [48, 24], seed: 4 });

const CASES: { options: VaeOptions; objective: keyof typeof VAE_LOSSES }[] = [
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
    const stepCase = vaeCase(objective, { images: blobs(300), batchSize: 32, options });
    const chunk = chunkOf(stepCase, [0, STEPS]);
    const torch = await runTorch(chunk, { options, objective });

    const vae = buildVae([8, 8, 1], options);
    const { learningRate: _unused, ...given } = firstStep(chunk);
    const variables = trainableVariables(vae.networks);
    const gradients = await recordedGradients(VAE_LOSSES[objective](vae), variables, given);
    Object.values(gradients).forEach((gradient, i) => {
      const error = relativeError(gradient, torch[`gradient_${i}`].data as Float32Array);
      assert(error <= 1e-5, `gradient ${i} is off by ${error} of its norm`);
    });

    const { losses } = await runSteps(stepCase, "onnx", [0, STEPS]);
    const expected = torch.loss.data as Float32Array;
    const early = curveError(losses.loss.subarray(0, 5), expected.subarray(0, 5));
    assert(early <= 1e-4, `the first 5 losses are off by ${early}`);
    const whole = curveError(losses.loss, expected);
    assert(whole <= 5e-3, `the ${STEPS} losses are off by ${whole}`);
    assert(expected[STEPS - 1] < 0.9 * expected[0], "PyTorch's loss did not fall");
  });
}

async function runTorch(
  { indices, examples, perStep }: Chunk,
  { options, objective }: (typeof CASES)[number],
): Promise<Record<string, NdArray>> {
  const { networks } = buildVae([8, 8, 1], options);
  const weights = await Promise.all(
    trainableVariables(networks).map(async (variable, i) => [
      `weight_${i}`,
      ndarray("float32", variable.shape, await variable.data() as Float32Array),
    ]),
  );
  const batches = Object.entries(examples).map(([name, array]) => {
    const rows = take(array as NdArray<"uint8">, indices.data);
    const { data } = floatRows<"uint8" | "float32">(rows);
    return [name, ndarray("float32", [...indices.shape, data.length / indices.data.length], data)];
  });
  const scalar = (value: number) => ndarray("float32", [], Float32Array.of(value));
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(
      `${dir}/in.npz`,
      encodeNpz({
        ...Object.fromEntries([...weights, ...batches]),
        ...perStep,
        centers: CENTERS,
        standard_deviation: scalar(options.standardDeviation),
      }),
    );
    await runPython("torch_step.py", [
      `${dir}/in.npz`,
      `${dir}/out.npz`,
      options.reconstruction,
      objective,
    ]);
    return await readNpz(`${dir}/out.npz`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

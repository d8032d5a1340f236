import { assert } from "@std/assert";
import { encodeNpz, readNpz } from "../../lib/data/mod.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { take } from "../../lib/array/rows.ts";
import { floatRows } from "../../train/core/engines/rows.ts";
import type { Step } from "../../train/core/step.ts";
import { type Networks, trainableVariables } from "../../train/core/variables.ts";
import { buildAutoencoder } from "../../train/networks/autoencoder.ts";
import { buildCvae } from "../../train/networks/cvae.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import { blobs, chunkOf, curveError, runSteps, type StepCase } from "../train/core/step_case.ts";
import { runPython } from "./python.ts";

await useBackend("cpu");

const STEPS = 30;

/** A system, how PyTorch is told of it, and its training; `build()` gives the same weights each time. */
interface Case {
  readonly kind: string;
  readonly noise: Readonly<Record<string, readonly number[]>>;
  build(): { readonly networks: Networks; readonly step: Step };
}

const CASES: readonly Case[] = [
  {
    kind: "autoencoder-mlp",
    noise: {},
    build: () =>
      buildAutoencoder([8, 8, 1], {
        network: "mlp",
        hidden: [24, 12],
        filters: [],
        latentDim: 2,
        corruption: 0,
        seed: 2,
      }),
  },
  {
    kind: "autoencoder-conv",
    noise: { noise: [8, 8, 1] },
    build: () =>
      buildAutoencoder([8, 8, 1], {
        network: "conv",
        hidden: [],
        filters: [4, 6],
        latentDim: 0,
        corruption: 0.5,
        seed: 2,
      }),
  },
  {
    kind: "cvae",
    noise: { epsilon: [3] },
    build: () =>
      buildCvae([8, 8, 1], {
        condition: { quadrants: 1 },
        hidden: [24, 12],
        latentDim: 3,
        beta: 1,
        seed: 2,
      }),
  },
];

for (const { kind, noise, build } of CASES) {
  Deno.test(`losses of ${STEPS} steps are PyTorch's, given weights, batches and noise (${kind})`, async () => {
    const stepCase: StepCase = {
      about: kind,
      batchSize: 32,
      feed: { examples: { images: blobs(300) }, noise, scalars: { learningRate: () => 1e-3 } },
      build,
    };
    const chunk = chunkOf(stepCase, [0, STEPS]);
    const { losses } = await runSteps(stepCase, "onnx", [0, STEPS]);
    const rows = take(chunk.examples.images as NdArray<"uint8">, chunk.indices.data);
    const arrays: Record<string, NdArray> = {
      images: ndarray("float32", [STEPS, 32, 8, 8], floatRows<"uint8">(rows).data),
      ...chunk.perStep,
    };
    for (const [i, variable] of trainableVariables(build().networks).entries()) {
      const values = await variable.data<"float32">();
      arrays[`weight_${i}`] = ndarray("float32", variable.shape, values);
    }
    const dir = await Deno.makeTempDir();
    try {
      await Deno.writeFile(`${dir}/in.npz`, encodeNpz(arrays));
      await runPython("torch_systems.py", [`${dir}/in.npz`, `${dir}/out.npz`, kind]);
      const expected = await readNpz(`${dir}/out.npz`);
      for (const [name, curve] of Object.entries(losses)) {
        const torch = expected[name].data as Float32Array;
        const early = curveError(curve.subarray(0, 5), torch.subarray(0, 5));
        assert(early <= 1e-4, `the first 5 of ${name} are off by ${early}`);
        const whole = curveError(curve, torch);
        assert(whole <= 5e-3, `${name} is off by ${whole}`);
        if (name !== "klLoss") assert(torch[STEPS - 1] < 0.97 * torch[0], `${name} did not fall`);
      }
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}

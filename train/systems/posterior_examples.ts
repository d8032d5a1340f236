import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { join } from "../../lib/array/rows.ts";
import { type Images, toFloat32 } from "../../lib/data/mod.ts";
import { type ExampleSet, SAMPLED_VARIANCES } from "../../lib/run/examples.ts";
import type { Session } from "../../lib/runtime/mod.ts";
import { decodeLatents } from "../../lib/runtime/run_images.ts";

/** Samples of each image and variance. */
const SAMPLES = 4;

/**
 * Images with their reconstructions, and images decoded from samples of the encoder's normal
 * distribution of each, with its variance and with a multiple of it.
 */
export async function posteriorExamples(
  images: Images,
  { encoder, decoder, seed }: { encoder: Session; decoder: Session; seed: number },
): Promise<ExampleSet> {
  const answer = await encoder.run({ images: toFloat32(images) });
  const mean = answer.z_mean as NdArray<"float32">;
  const logVar = answer.z_log_var.data as Float32Array;
  const random = new Random(seed, "posterior samples");
  const rows: NdArray<"float32">[] = [];
  for (const variance of SAMPLED_VARIANCES) {
    for (let i = 0; i < SAMPLES; i++) {
      const noise = random.normals(logVar.length);
      const points = mean.data.map((value, at) =>
        value + Math.sqrt(variance * Math.exp(logVar[at])) * noise[at]
      );
      rows.push(await decodeLatents(decoder, ndarray("float32", mean.shape, points)));
    }
  }
  return {
    images,
    reconstructed: await decodeLatents(decoder, mean),
    sampled: join(rows),
  };
}

import { chunkRows } from "../../lib/runtime/run_images.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import type { Random } from "../../lib/array/random.ts";
import { slice } from "../../lib/array/rows.ts";
import { type Images, toFloat32 } from "../../lib/data/mod.ts";
import { reconstructImages, ReconstructionTally } from "../../lib/metrics/reconstruction.ts";
import type { ExampleSet } from "../../lib/run/examples.ts";
import type { RunMetrics } from "../../lib/run/metrics_file.ts";
import type { Session } from "../../lib/runtime/mod.ts";
import type { UnlabelledData } from "../data/roles.ts";

/** How many images a report shows beside their reconstructions. */
const SHOWN = 10;

/** The images that scores are computed on: those that training has seen least of. */
export function scoredImages(
  { train, validation, test }: UnlabelledData,
): { images: Images; role: "test" | "train"; scored: NonNullable<RunMetrics["scored"]> } {
  const images = test ?? validation ?? train;
  const split = test ? "test images" : validation ? "validation images" : "training images";
  return {
    images,
    role: test ? "test" : "train",
    scored: { count: images.shape[0], split },
  };
}

/**
 * Reconstructs images and compares them with what they were.
 *
 * @param options.corrupt Changes images before they are encoded; the clean ones are compared.
 */
export async function scoreReconstruction(
  images: Images,
  { encoder, decoder, corrupt }: {
    encoder: Session;
    decoder: Session;
    corrupt?: ((images: Images) => Images) | undefined;
  },
): Promise<{
  metrics: Pick<RunMetrics, "reconstruction"> & { noisyMeanSquaredError?: number };
  examples: ExampleSet;
}> {
  const tally = new ReconstructionTally();
  const noisy = new ReconstructionTally();
  let examples: ExampleSet | undefined;
  const count = images.shape[0];
  const step = chunkRows(images.shape);
  for (let start = 0; start < count; start += step) {
    const chunk = slice(images, start, Math.min(start + step, count));
    const seen = corrupt?.(chunk);
    const reconstructed = await reconstructImages(seen ?? chunk, { encoder, decoder });
    tally.add(chunk, reconstructed);
    if (seen) noisy.add(chunk, seen);
    const first = (all: Images) => slice(all, 0, Math.min(SHOWN, all.shape[0]));
    examples ??= {
      images: first(chunk),
      ...seen && { corrupted: first(seen) },
      reconstructed: first(reconstructed),
    };
  }
  return {
    metrics: {
      reconstruction: tally.scores(),
      ...corrupt && { noisyMeanSquaredError: noisy.scores().meanSquaredError },
    },
    examples: examples!,
  };
}

/** Images with normal noise of a standard deviation, clipped to [0, 1]. */
export function addNoise(
  images: Images,
  standardDeviation: number,
  random: Random,
): NdArray<"float32"> {
  const { shape, data } = toFloat32(images);
  const noise = random.normals(data.length);
  const pixels = data.map((value, i) =>
    Math.min(1, Math.max(0, value + standardDeviation * noise[i]))
  );
  return ndarray("float32", shape, pixels);
}

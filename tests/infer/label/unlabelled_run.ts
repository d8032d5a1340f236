import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { nearestNeighbours } from "../../../lib/classical/nearest_neighbours.ts";
import { describeSpace } from "../../../lib/labelling/labelling_space.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { encodeModel } from "../../../lib/onnx/proto.ts";
import { encodeLabelling, type LabellingData } from "../../../lib/run/labelling_file.ts";
import { encodeLatents } from "../../../lib/run/latents_file.ts";
import { formatMetrics } from "../../../lib/run/metrics_file.ts";
import { RUN_FILES, writeRun } from "../../../lib/run/run_folder.ts";
import { TINY_LABELS, tinyDecoder, tinyEncoder, tinyImages, tinyRun } from "../../tiny_run.ts";

/** The true labels of the run's images. */
export const TRUTH: readonly number[] = Array.from(
  { length: 90 },
  (_, i) => Object.values(TINY_LABELS)[i % 3],
);

/** What waits for labels in the tiny run: the encoder, and outliers that are none. */
function tinyUnlabelled(): Uint8Array {
  const builder = new GraphBuilder({ name: "unlabelled" });
  const { op } = builder;
  const images = builder.input("images", "float32", ["batch", 4, 4, 1]);
  const { z_mean: z } = builder.inline(tinyEncoder().graph, { images });
  const score = op.ReduceMean(op.Mul(z, 0), { axes: [1], keepdims: 0 });
  builder.output("z_mean", z, "float32", ["batch", 2]);
  builder.output("outlier", op.Greater(score, 1), "bool", ["batch"]);
  builder.output("outlier_score", score, "float32", ["batch"]);
  return encodeModel({ graph: builder.build(), opset: 17 });
}

/** What a run that waits for labels knows of its images. */
interface Unlabelled extends Omit<LabellingData, "map"> {
  /** The latent points, which are the map too. */
  readonly z: NdArray<"float32">;
}

/** 90 images of 4x4 pixels. */
async function fewImages(): Promise<Unlabelled> {
  const pixels = tinyImages(TRUTH);
  // As the tiny encoder has them, each with a little of its own.
  const data = Float32Array.from({ length: 2 * TRUTH.length }, (_, i) => {
    const row = i >> 1;
    const isLight = TRUTH[row] === (i % 2 ? TINY_LABELS.right : TINY_LABELS.left);
    return (isLight ? 1.6 : -1.6) + 0.4 * Math.sin(7 * i);
  });
  const z = ndarray("float32", [TRUTH.length, 2], data);
  const neighbours = await nearestNeighbours(z, z, { k: 5, excludeSelf: true });
  return {
    z,
    space: describeSpace(z, neighbours),
    thumbnails: ndarray("uint8", [TRUTH.length, 4, 4, 1], pixels),
  };
}

/** Writes a run that was trained without labels, of 90 images of 4x4 pixels unless others are given. */
export async function writeUnlabelledRun(dir: string, given?: Unlabelled): Promise<void> {
  const { z, ...images } = given ?? await fewImages();
  const { classes: _, ...description } = tinyRun().description;
  const text = new TextEncoder();
  await writeRun(dir, {
    description: { ...description, system: "few-labels" },
    files: {
      [RUN_FILES.encoder]: encodeModel(tinyEncoder()),
      [RUN_FILES.decoder]: encodeModel(tinyDecoder()),
      [RUN_FILES.unlabelled]: tinyUnlabelled(),
      [RUN_FILES.metrics]: text.encode(formatMetrics({})),
      [RUN_FILES.latents]: encodeLatents({ z }),
      [RUN_FILES.labelling]: encodeLabelling({ ...images, map: z }),
      [RUN_FILES.imageNames]: text.encode(
        JSON.stringify(Array.from({ length: z.shape[0] }, (_, row) => `${row}.png`)),
      ),
    },
  });
}

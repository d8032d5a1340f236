import { ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { slice } from "../../lib/array/rows.ts";
import { type Images, readNpz, toFloat32 } from "../../lib/data/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { decodeLatents } from "../../lib/runtime/run_images.ts";
import { frechetDistance } from "../frechet_distance.ts";
import type { DataByNeed, Need } from "../../train/data/roles.ts";
import { dcgan } from "../../train/systems/dcgan.ts";
import { independentFeatures } from "./independent_classifier.ts";
import { defineRow, type Row } from "./row.ts";

/** Samples, and test images that they are compared with. */
const COUNT = 5000;

function row(title: string, data: string): Row {
  const distance = async (samples: Images, { test }: DataByNeed[Need]) => {
    const images = test as Images;
    const features = async (some: Images) => await independentFeatures(data, toFloat32(some));
    const real = await features(slice(images, 0, COUNT));
    const others = await features(slice(images, COUNT, 2 * COUNT));
    return [frechetDistance(await features(samples), real), frechetDistance(others, real)];
  };
  return defineRow("dcgan", dcgan, {
    title,
    data,
    options: { filters: [16, 32], epochs: 10 },
    figures: [
      { name: "Fréchet distance of 5,000 samples to 5,000 test images", target: "PyTorch's" },
      { name: "the same of 5,000 other test images", target: "" },
    ],
    async measure({ models, latentDim }, data) {
      const session = await createSession(models["generator.onnx"]);
      const noise = new Random(0, "Fréchet").normals(COUNT * latentDim!);
      const samples = await decodeLatents(session, ndarray("float32", [COUNT, latentDim!], noise));
      await session.release();
      return await distance(samples, data);
    },
    peer: { samples: COUNT },
    async measureSamples(path, data) {
      const { samples } = await readNpz(path);
      return await distance(samples as Images, data);
    },
  });
}

/** Rows of the system `dcgan`. */
export const DCGAN_ROWS: Readonly<Record<string, Row>> = {
  "dcgan": row("dcgan, MNIST, 10 epochs", "mnist"),
  "dcgan-fashion": row("dcgan, Fashion, 10 epochs", "fashion-mnist"),
};

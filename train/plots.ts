import { type Images, takeImages, toFloat32 } from "../lib/data/mod.ts";
import { reconstructImages } from "../lib/evaluate.ts";
import { manifold, traversals } from "../lib/latent_points.ts";
import { createSession } from "../lib/onnx/mod.ts";
import { imageGrid } from "../lib/plot/image_grid.ts";
import { decodeLatents } from "../lib/run_images.ts";
import type { Trained } from "./train.ts";

/** Images in a row of the picture of reconstructions. */
const COLUMNS = 10;

/** Points along each axis of the latent plane. */
const SIDE = 20;

/**
 * Draws the pictures of a run.
 *
 * @param images What to reconstruct; the first ones are shown.
 * @returns The bytes of each PNG by file name.
 */
export async function drawPlots(
  { encoder, decoder, description }: Trained,
  images: Images,
): Promise<Record<string, Uint8Array>> {
  const sessions = { encoder: await createSession(encoder), decoder: await createSession(decoder) };
  const { latentDim } = description;
  const isPlane = latentDim === 2;
  const grid = isPlane ? manifold(SIDE) : traversals(latentDim, SIDE);
  const latents = await decodeLatents(sessions.decoder, grid.z);
  const shown = takeImages(images, spread(images.count, 2 * COLUMNS));
  const reconstructed = await reconstructImages(shown, sessions);
  await sessions.encoder.release();
  await sessions.decoder.release();
  return {
    "reconstructions.png": imageGrid(pairRows(shown, reconstructed), { columns: COLUMNS }),
    [isPlane ? "manifold.png" : "traversals.png"]: imageGrid(latents, {
      columns: grid.columns,
      scale: 1,
    }),
  };
}

/** `wanted` indices, evenly spread over `count` so that every class of sorted images is there. */
function spread(count: number, wanted: number): number[] {
  const length = Math.min(count, wanted);
  return Array.from({ length }, (_, i) => Math.floor(i * count / length));
}

/** Rows of images with their reconstructions in the row below each. */
function pairRows(images: Images, reconstructed: Images): Images {
  const { height, width, channels, count } = images;
  const size = height * width * channels;
  const rows = Math.ceil(count / COLUMNS);
  const pixels = new Float32Array(2 * rows * COLUMNS * size);
  [images, reconstructed].forEach((source, which) => {
    const { data } = toFloat32(source);
    for (let i = 0; i < count; i++) {
      const place = (2 * Math.floor(i / COLUMNS) + which) * COLUMNS + i % COLUMNS;
      pixels.set(data.subarray(i * size, (i + 1) * size), place * size);
    }
  });
  return { pixels, count: 2 * rows * COLUMNS, height, width, channels };
}

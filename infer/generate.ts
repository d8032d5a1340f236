import { latentDimOf, readRun, type Run, RUN_FILES } from "../lib/run/run_folder.ts";
import type { Images } from "../lib/data/dataset.ts";
import { encodeNpz } from "../lib/data/npz.ts";
import { toFloat32 } from "../lib/data/pixels.ts";
import type { OptionValues } from "../lib/command/flags.ts";
import { readLatents, readMixture } from "../lib/run/latents_file.ts";
import type { NdArray } from "../lib/array/ndarray.ts";
import type { Session } from "../lib/runtime/session.ts";
import { withDevice } from "../lib/command/with_device.ts";
import type { Colormap } from "../lib/plot/colormap.ts";
import { imageGrid } from "../lib/plot/image_grid.ts";
import type { ProgressStream } from "../lib/command/progress.ts";
import { decodeLatents } from "../lib/runtime/run_images.ts";
import { checkFolderOut, writeFolder } from "../lib/files/write_folder.ts";
import {
  drawFromMixture,
  drawFromPrior,
  type LatentGrid,
  manifold,
  overImages,
  traversals,
} from "../lib/latent/latent_points.ts";
import { checkHolds } from "./check_holds.ts";
import { openModel } from "./load.ts";
import type { generateOptions } from "./options.ts";

/** The options of the command. */
export type GenerateValues = OptionValues<typeof generateOptions>;

/** Everything that this command writes, and nothing else. */
const FILES = ["samples", "manifold", "traversals"].flatMap((
  name,
) => [`${name}.npz`, `${name}.png`]);

/**
 * The command `generate`: decodes latent points with the run's decoder or generator, into a folder
 * of `.npz` files with the arrays `images` and `z`, and of PNGs.
 */
export async function generate(values: GenerateValues, status: ProgressStream): Promise<string[]> {
  await checkFolderOut(values.out, { force: values.force, findForeign });
  const run = await readRun(values.run);
  const model = RUN_FILES.generator in run.manifest.files ? "generator" : "decoder";
  checkHolds(run, [RUN_FILES[model]], { action: "generate images" });
  latentDimOf(run);
  return await withDevice(
    values,
    status,
    async (session) => await decodeGrids(run, await openModel(run, model, session), values),
  );
}

/** Decodes and writes samples and grid, releases the decoder, and returns the lines to print. */
async function decodeGrids(run: Run, decoder: Session, values: GenerateValues): Promise<string[]> {
  const { out, side, colormap, force } = values;
  const latentDim = latentDimOf(run);
  const plane = latentDim === 2;
  const isClustered = Number(run.manifest.options.clusterEpochs ?? 0) > 0;
  const standard = plane ? manifold(side) : traversals(latentDim, side);
  // After training with a prior of clusters, N(0, I) is not where the images are.
  const grid = isClustered ? overImages(standard, (await readLatents(run)).z) : standard;
  const from = values.from ?? (isClustered ? "mixture" : "prior");
  const grids: [string, LatentGrid][] = [
    ["samples", await samples(run, { ...values, from })],
    [plane ? "manifold" : "traversals", grid],
  ];
  await writeFolder(out, async (dir) => {
    for (const [name, { z, columns }] of grids) {
      await writeImages(`${dir}/${name}`, await decodeLatents(decoder, z), {
        z,
        columns,
        colormap,
      });
    }
  }, { force, findForeign });
  await decoder.release();
  const quantiles = isClustered ? "normal quantiles of the images" : "normal quantiles";
  return [
    `${values.samples} samples from the ${from}: ${out}/samples.png, .npz`,
    plane
      ? `the latent plane at ${side}x${side} ${quantiles}: ${out}/manifold.png, .npz`
      : `the latent space has ${latentDim} axes, a plane needs 2, so each axis at ${side} ${quantiles}: ${out}/traversals.png, .npz`,
  ];
}

async function samples(run: Run, { samples, from, seed }: GenerateValues): Promise<LatentGrid> {
  const columns = Math.ceil(Math.sqrt(samples));
  if (from === "prior") {
    return { columns, z: drawFromPrior(samples, latentDimOf(run), { seed }) };
  }
  return { columns, z: drawFromMixture(samples, await readMixture(run), { seed }) };
}

async function writeImages(
  path: string,
  images: Images,
  { z, columns, colormap }: { z: NdArray; columns: number; colormap: Colormap },
): Promise<void> {
  await Deno.writeFile(`${path}.npz`, encodeNpz({ images: toFloat32(images), z }));
  await Deno.writeFile(`${path}.png`, imageGrid(images, { columns, colormap }));
}

function findForeign(dir: string): string | undefined {
  const foreign = [...Deno.readDirSync(dir)].find(({ name }) => !FILES.includes(name));
  return foreign && `it holds ${foreign.name}, which generate did not write`;
}

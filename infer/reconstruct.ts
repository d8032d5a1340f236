import { readRun, RUN_FILES } from "../lib/run/run_folder.ts";
import type { ImageSource } from "../lib/data/image_source.ts";
import { encodeNpz } from "../lib/data/npz.ts";
import { reconstructImages, ReconstructionTally } from "../lib/metrics/reconstruction.ts";
import type { OptionValues, PositionalValues } from "../lib/command/flags.ts";
import { InputError } from "../lib/input_error.ts";
import { ndarray } from "../lib/array/ndarray.ts";
import type { Session } from "../lib/runtime/session.ts";
import { withDevice } from "../lib/command/with_device.ts";
import {
  formatDuration,
  formatNumber,
  Progress,
  type ProgressStream,
} from "../lib/command/progress.ts";
import { checkFileOut, writeAll, writeFile } from "../lib/files/atomic_write.ts";
import { checkHolds, checkUnconditional } from "./check_holds.ts";
import { openModel } from "../lib/run/open_model.ts";
import { openRunImages } from "./load.ts";
import type { imagesPositional, reconstructOptions } from "./options.ts";

/** The options of the command. */
export type ReconstructValues =
  & OptionValues<typeof reconstructOptions>
  & PositionalValues<typeof imagesPositional>;

const CHUNK_SIZE = 1000;

/**
 * The command `reconstruct`: encodes each image, decodes its latent mean or codes, and writes an
 * `.npz` with the array `images`, float32 in [0, 1], in the shape of the input.
 */
export async function reconstruct(
  values: ReconstructValues,
  status: ProgressStream,
): Promise<string[]> {
  await checkFileOut(values.out, values);
  const run = await readRun(values.run);
  checkHolds(run, [RUN_FILES.encoder, RUN_FILES.decoder], { action: "reconstruct images" });
  checkUnconditional(run, { action: "reconstruct images" });
  const source = await openRunImages(values.images, run, { ...values, labels: false });
  checkCount(source);
  return await withDevice(values, status, async (session) => {
    const models = {
      encoder: await openModel(run, "encoder", session),
      decoder: await openModel(run, "decoder", session),
    };
    return await reconstructSource(source, models, { ...values, status });
  });
}

/** Writes the reconstructions, releases the models, and returns the lines to print. */
async function reconstructSource(
  source: ImageSource,
  { encoder, decoder }: { encoder: Session; decoder: Session },
  { out, force, status }: { out: string; force: boolean; status: ProgressStream },
): Promise<string[]> {
  const progress = new Progress(status);
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const { count, height, width, channels } = source;
  const pixels = new Float32Array(count * height * width * channels);
  const tally = new ReconstructionTally();
  let done = 0;
  for await (const images of source.chunks(CHUNK_SIZE)) {
    const reconstructed = await reconstructImages(images, {
      encoder,
      decoder,
      chunkSize: CHUNK_SIZE,
    });
    tally.add(images, reconstructed);
    pixels.set(reconstructed.data, done * height * width * channels);
    done += images.shape[0];
    progress.update({ unit: "images", done, total: count, seconds: seconds() });
  }
  const bytes = encodeNpz({ images: ndarray("float32", shapeOf(source), pixels) });
  await writeFile(out, (file) => writeAll(file, bytes), { force });
  progress.clear();
  await encoder.release();
  await decoder.release();

  const { meanSquaredError, structuralSimilarity } = tally.scores();
  return [
    ...source.warnings.map((warning) => `warning: ${warning}`),
    `${count} images reconstructed in ${formatDuration(seconds())}: ${out}`,
    `MSE ${formatNumber(meanSquaredError)}, SSIM ${
      structuralSimilarity === null
        ? "none (images of less than 7x7 pixels have none)"
        : formatNumber(structuralSimilarity)
    }`,
  ];
}

/** Zip files of more than 4 GiB need an extension that few readers of .npz know. */
function checkCount({ count, height, width, channels }: ImageSource): void {
  const most = Math.floor((2 ** 32 - 2 ** 16) / (4 * height * width * channels));
  if (count > most) {
    throw new InputError(
      `Cannot reconstruct ${count} images: an .npz of less than 4 GiB holds ${most} of them, give a part at a time`,
    );
  }
}

function shapeOf({ arrayShape, count, height, width, channels }: ImageSource): readonly number[] {
  return arrayShape ?? (channels === 1 ? [count, height, width] : [count, height, width, channels]);
}

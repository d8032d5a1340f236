import type { OptionValues } from "../lib/command/flags.ts";
import type { ProgressStream } from "../lib/command/progress.ts";
import { withDevice } from "../lib/command/with_device.ts";
import { take } from "../lib/array/rows.ts";
import { encodeNpz } from "../lib/data/npz.ts";
import { toFloat32 } from "../lib/data/pixels.ts";
import { checkFolderOut, writeFolder } from "../lib/files/write_folder.ts";
import { InputError } from "../lib/input_error.ts";
import { imageGif } from "../lib/plot/image_gif.ts";
import { imageGrid } from "../lib/plot/image_grid.ts";
import { latentDimOf, readRun, type Run, RUN_FILES } from "../lib/run/run_folder.ts";
import { checkHolds } from "./check_holds.ts";
import {
  betweenPicture,
  completionPicture,
  type GenerateWith,
  labelPicture,
  latentPictures,
  type Picture,
} from "./generate_pictures.ts";
import { openModel } from "../lib/run/open_model.ts";
import type { generateOptions } from "./options.ts";
import { platform } from "../lib/platform/platform.ts";

/** The options of the command. */
export type GenerateValues = OptionValues<typeof generateOptions>;

/** Everything that this command writes, and nothing else. */
const NAMES = ["samples", "manifold", "traversals", "between", "completions"];

/**
 * The command `generate`: decodes latent points with the run's decoder or generator, into a folder
 * of `.npz` files with the arrays `images` and `z`, of PNGs, and of GIFs where something moves.
 */
export async function generate(values: GenerateValues, status: ProgressStream): Promise<string[]> {
  await checkFolderOut(values.out, { force: values.force, findForeign });
  const run = await readRun(values.run);
  const model = RUN_FILES.generator in run.manifest.files ? "generator" : "decoder";
  checkHolds(run, [RUN_FILES[model]], { action: "generate images" });
  latentDimOf(run);
  checkCondition(run, values);
  return await withDevice(values, status, async (session) => {
    const decoder = await openModel(run, model, session);
    const pictures = await picturesOf(run, decoder, { ...values, session });
    await decoder.release();
    await writeFolder(values.out, async (dir) => {
      for (const picture of pictures) await writePicture(dir, picture, values);
    }, { force: values.force, findForeign });
    return pictures.map(({ name, says, moves = false }) =>
      `${says}: ${values.out}/${name}.png, .npz${moves ? ", .gif" : ""}`
    );
  });
}

/** Checks that the run takes the condition that is given, and that one is given that it needs. */
function checkCondition(
  { dir, manifest: { condition, system } }: Run,
  { label, complete, between, temperature }: GenerateValues,
): void {
  const fail = (asked: string, reason: string) => {
    throw new InputError(`Cannot ${asked} with run "${dir}": its system ${system} ${reason}`);
  };
  if (label !== undefined && condition !== "label") {
    fail(`generate images of label ${label}`, "takes no label, a run of cvae is needed");
  }
  if (complete !== undefined && condition !== "part") {
    fail("complete images", "takes no parts of images, one of cvae --condition part is needed");
  }
  if (between !== undefined && condition !== undefined) {
    fail("find the way between images", "decodes nothing without a condition");
  }
  if (between !== undefined && temperature !== undefined) {
    throw new InputError("Cannot use --temperature with --between: nothing is sampled");
  }
  if (complete === undefined && condition === "part") {
    fail("generate images", "completes parts of images, --complete must name a file of them");
  }
}

async function picturesOf(
  run: Run,
  decoder: Awaited<ReturnType<typeof openModel>>,
  values: GenerateWith,
): Promise<Picture[]> {
  if (values.complete !== undefined) return [await completionPicture(run, decoder, values)];
  if (values.between !== undefined) return [await betweenPicture(run, decoder, values)];
  if (run.manifest.condition === "label") return [await labelPicture(run, decoder, values)];
  return await latentPictures(run, decoder, values);
}

async function writePicture(
  dir: string,
  { name, images, z, columns, moves = false }: Picture,
  { colormap }: GenerateValues,
): Promise<void> {
  const path = `${dir}/${name}`;
  await platform.writeFile(`${path}.npz`, encodeNpz({ images: toFloat32(images), z }));
  await platform.writeFile(`${path}.png`, imageGrid(images, { columns, colormap }));
  if (!moves) return;
  const rows = images.shape[0] / columns;
  const frames = Array.from(
    { length: columns },
    (_, column) => take(images, Array.from({ length: rows }, (_, row) => row * columns + column)),
  );
  // There and back, so that the loop has no jump.
  const loop = [...frames, ...frames.slice(1, -1).reverse()];
  await platform.writeFile(`${path}.gif`, await imageGif(loop, { colormap }));
}

function findForeign(dir: string): string | undefined {
  const files = NAMES.flatMap((name) => ["npz", "png", "gif"].map((kind) => `${name}.${kind}`));
  const foreign = [...platform.readDirSync(dir)].find(({ name }) => !files.includes(name));
  return foreign && `it holds ${foreign.name}, which generate did not write`;
}

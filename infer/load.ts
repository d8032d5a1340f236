import { type Run, RUN_FILES } from "../lib/run/run_folder.ts";
import { openImages } from "../lib/data/open_images.ts";
import type { ImageSource } from "../lib/data/image_source.ts";
import { InputError } from "../lib/input_error.ts";
import { createSession, type Session } from "../lib/runtime/session.ts";
import type { SessionOptions } from "../lib/runtime/session_options.ts";

/** Options for {@linkcode openRunImages}. */
export interface OpenRunImagesOptions {
  /** The `.npz` key of the images. By default a common name. */
  imagesKey?: string | undefined;
  /** The `.npz` key of the labels. By default a common name. */
  labelsKey?: string | undefined;
  /** The colour behind transparent pixels; without it, transparent images are an error. */
  background?: string | undefined;
  /** Largest size in bytes that a compressed file may unpack to. By default 4 GiB. */
  maxBytes?: number | undefined;
  /**
   * Whether to read labels.
   *
   * @default {true}
   */
  labels?: boolean | undefined;
}

/** The ONNX models of a run that commands use. */
export type RunModel = "encoder" | "decoder" | "generator" | "classifier" | "classifierUint8";

/** Opens one of a run's models. */
export async function openModel(
  run: Run,
  model: RunModel,
  options: SessionOptions = {},
): Promise<Session> {
  return await createSession(await run.read(RUN_FILES[model]), options);
}

/**
 * Opens images for a run's models: images of files are resized to what the models take, arrays must
 * have their size.
 *
 * @throws {InputError} If the images cannot be read or do not fit.
 */
export async function openRunImages(
  path: string,
  { manifest }: Run,
  options: OpenRunImagesOptions = {},
): Promise<ImageSource> {
  const [height, width, channels] = manifest.imageShape;
  const source = await openImages(path, {
    ...options,
    size: { height, width },
    grey: channels === 1,
    expectedScale: manifest.scale,
  });
  // A named dataset does not look at `size`.
  if (source.height !== height || source.width !== width || source.channels !== channels) {
    throw new InputError(
      `Cannot use the images of "${path}": they are ${source.height}x${source.width}x${source.channels}, the run was trained on ${height}x${width}x${channels}`,
    );
  }
  return source;
}

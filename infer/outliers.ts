import { type Run, RUN_FILES } from "../lib/run/run_folder.ts";
import type { Images } from "../lib/data/dataset.ts";
import { toFloat32 } from "../lib/data/pixels.ts";
import { readLatents, readMixture } from "../lib/run/latents_file.ts";
import { classifyLatents } from "../lib/latent/latent_classifier.ts";
import type { Session } from "../lib/runtime/session.ts";
import type { SessionOptions } from "../lib/runtime/session_options.ts";
import { reconstructionErrors } from "../lib/metrics/reconstruction_error.ts";
import {
  type OutlierLimits,
  outlierLimits,
  type OutlierReason,
  outlierReason,
} from "../lib/latent/outlier.ts";
import { type Classified, decodeLatents } from "../lib/runtime/run_images.ts";
import { checkHolds } from "./check_holds.ts";
import { openModel } from "./load.ts";

/** Options for {@linkcode OutlierDetector.open}. */
export interface OutlierDetectorOptions extends SessionOptions {
  /** The share of the training images beyond each of the two limits. */
  rate: number;
}

/**
 * Detects images of none of a run's classes, by the likelihood of their latent mean and the error of
 * their reconstruction. Holds native memory until {@linkcode OutlierDetector.release}.
 */
export class OutlierDetector {
  readonly #decoder: Session;
  readonly #limits: OutlierLimits;

  constructor(decoder: Session, limits: OutlierLimits) {
    this.#decoder = decoder;
    this.#limits = limits;
  }

  /**
   * Finds the limits that a share of a run's training images is beyond.
   *
   * @throws {InputError} If the run holds no latents of its training images.
   */
  static async open(
    run: Run,
    { rate, ...options }: OutlierDetectorOptions,
  ): Promise<OutlierDetector> {
    const needed = [RUN_FILES.latents, RUN_FILES.mixture, RUN_FILES.decoder];
    checkHolds(run, needed, { action: "detect outliers" });
    const { z, reconstructionError, ...latents } = await readLatents(run);
    const logLikelihood = latents.logLikelihood ??
      classifyLatents(await readMixture(run), z).logLikelihood;
    const limits = outlierLimits({ logLikelihood, reconstructionError }, { rate });
    return new OutlierDetector(await openModel(run, "decoder", options), limits);
  }

  /**
   * Why each image is an outlier; `undefined` for one that is none.
   *
   * @param predicted Of these images, by a classifier with a latent space and a mixture.
   * @throws {TypeError} If the classifier has none.
   */
  async detect(
    images: Images,
    { logLikelihood, zMean }: Pick<Classified, "logLikelihood" | "zMean">,
  ): Promise<(OutlierReason | undefined)[]> {
    if (logLikelihood === undefined || zMean === undefined) {
      throw new TypeError(
        "Cannot detect outliers: the classifier gives no likelihood of latent means",
      );
    }
    const reconstructed = await decodeLatents(this.#decoder, zMean);
    const errors = reconstructionErrors(
      toFloat32(images).data,
      toFloat32(reconstructed).data,
      images.shape[0],
    );
    return Array.from(
      errors,
      (reconstructionError, i) =>
        outlierReason({ logLikelihood: logLikelihood[i], reconstructionError }, this.#limits),
    );
  }

  /** Frees what the model holds. */
  async release(): Promise<void> {
    await this.#decoder.release();
  }
}

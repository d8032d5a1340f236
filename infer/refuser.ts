import { type Run, RUN_FILES } from "../lib/run/run_folder.ts";
import type { Images } from "../lib/data/dataset.ts";
import { toFloat32 } from "../lib/data/pixels.ts";
import { readLatents } from "../lib/run/latents_file.ts";
import { classifyLatents } from "../lib/latent/latent_classifier.ts";
import { parseMixture } from "../lib/latent/mixture_json.ts";
import type { Session } from "../lib/runtime/session.ts";
import type { SessionOptions } from "../lib/runtime/session_options.ts";
import { reconstructionErrors } from "../lib/metrics/reconstruction_error.ts";
import {
  type Refusal,
  type RefusalLimits,
  refusalLimits,
  refusalOf,
} from "../lib/latent/outlier.ts";
import { type Classified, decodeLatents } from "../lib/runtime/run_images.ts";
import { openModel } from "./load.ts";

/** Options for {@linkcode Refuser.open}. */
export interface RefuserOptions extends SessionOptions {
  /** The share of the training images that each of the two limits refuses. */
  rate: number;
}

/**
 * Says which images are none of a run's classes, by how likely their latent mean is and how well it
 * is decoded. Holds native memory until {@linkcode Refuser.release}.
 */
export class Refuser {
  readonly #decoder: Session;
  readonly #limits: RefusalLimits;

  constructor(decoder: Session, limits: RefusalLimits) {
    this.#decoder = decoder;
    this.#limits = limits;
  }

  /**
   * Finds the limits that a share of a run's training images does not keep.
   *
   * @throws {InputError} If the run did not keep where those images lie.
   */
  static async open(run: Run, { rate, ...options }: RefuserOptions): Promise<Refuser> {
    const { latentDim } = run.manifest;
    const file = await run.read(RUN_FILES.latents);
    const { z, reconstructionError } = await readLatents(file, latentDim);
    const text = new TextDecoder().decode(await run.read(RUN_FILES.mixture));
    const mixture = parseMixture(text, `${run.dir}/${RUN_FILES.mixture}`);
    const { logLikelihood } = classifyLatents(mixture, z);
    const limits = refusalLimits({ logLikelihood, reconstructionError }, { rate });
    return new Refuser(await openModel(run, "decoder", options), limits);
  }

  /** Why each image is refused; `undefined` for one that is not. */
  async refuse(
    images: Images,
    { logLikelihood, zMean }: Pick<Classified, "logLikelihood" | "zMean">,
  ): Promise<(Refusal | undefined)[]> {
    const made = await decodeLatents(this.#decoder, zMean);
    const errors = reconstructionErrors(toFloat32(images).data, toFloat32(made).data, images.count);
    return Array.from(
      errors,
      (reconstructionError, i) =>
        refusalOf({ logLikelihood: logLikelihood[i], reconstructionError }, this.#limits),
    );
  }

  /** Frees what the model holds. */
  async release(): Promise<void> {
    await this.#decoder.release();
  }
}

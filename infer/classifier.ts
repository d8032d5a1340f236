import { classesOf, type Run, RUN_FILES } from "../lib/run/run_folder.ts";
import type { Images } from "../lib/data/dataset.ts";
import { openModel } from "../lib/run/open_model.ts";
import type { Session } from "../lib/runtime/session.ts";
import type { SessionOptions } from "../lib/runtime/session_options.ts";
import {
  type Classified,
  classifyImages,
  type RunImagesOptions,
} from "../lib/runtime/run_images.ts";

/** The types of pixels that a classifier takes. */
export type PixelKind = "float32" | "uint8";

/** Options for {@linkcode Classifier}. */
export interface ClassifierOptions {
  /** The labels, in the order of the probabilities. */
  classes: readonly number[];
  /** The names of labels 0, 1, …, if they have any. */
  classNames?: readonly string[] | undefined;
  /** Whether the models have the output `log_likelihood`. @default {true} */
  hasLikelihood?: boolean;
}

/**
 * Predicts the classes of images, bytes or floats. Each model is loaded when it is first needed.
 * Holds native memory until {@linkcode Classifier.release}.
 */
export class Classifier {
  readonly classes: readonly number[];
  readonly classNames: readonly string[] | undefined;
  readonly hasLikelihood: boolean;
  readonly #open: (kind: PixelKind) => Promise<Session>;
  readonly #sessions = new Map<PixelKind, Promise<Session>>();

  /** @param open Opens the model that takes one type of pixels. */
  constructor(
    open: (kind: PixelKind) => Promise<Session>,
    { classes, classNames, hasLikelihood = true }: ClassifierOptions,
  ) {
    this.classes = classes;
    this.classNames = classNames;
    this.hasLikelihood = hasLikelihood;
    this.#open = open;
  }

  /** The predicted label and the probabilities of each image. */
  async classify(images: Images, options: RunImagesOptions = {}): Promise<Classified> {
    const kind = images.dtype;
    let session = this.#sessions.get(kind);
    if (session === undefined) {
      session = this.#open(kind);
      this.#sessions.set(kind, session);
    }
    return await classifyImages(await session, images, options);
  }

  /** The name of a label, or its number if it has none. */
  nameOf(label: number): string {
    return this.classNames?.[label] ?? String(label);
  }

  /** Frees what the models hold. */
  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }
}

/**
 * The classifier of a run.
 *
 * @param options How its models run; by default on every core.
 */
export function openClassifier(run: Run, options: SessionOptions = {}): Classifier {
  const models = { float32: "classifier", uint8: "classifierUint8" } as const;
  return new Classifier(
    async (kind) => await openModel(run, models[kind], options),
    {
      classes: classesOf(run),
      classNames: run.manifest.classNames,
      // Where there is an encoder its latent means have a density.
      hasLikelihood: RUN_FILES.encoder in run.manifest.files,
    },
  );
}

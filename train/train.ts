import * as tf from "@tensorflow/tfjs-core";
import type { RunDescription } from "../lib/run/manifest.ts";
import { buildClassifier } from "../lib/latent/classifier_graph.ts";
import type { LabelledImages } from "../lib/data/mod.ts";
import { evaluate, type LabelDraws, type Metrics } from "../lib/metrics/evaluate.ts";
import type { OptionValues } from "../lib/command/flags.ts";
import { InputError } from "../lib/input_error.ts";
import {
  type Candidate,
  DEFAULT_CANDIDATES,
  type Selection,
  selectLatentClassifier,
} from "../lib/latent/mod.ts";
import { ndarray } from "../lib/array/ndarray.ts";
import { type Model as OnnxModel } from "../lib/onnx/mod.ts";
import {
  chooseDevice,
  createSession,
  runtimeVersion,
  type SessionOptions,
} from "../lib/runtime/mod.ts";
import { encodeImages } from "../lib/runtime/run_images.ts";
import { VERSION } from "../lib/version.ts";
import { useBackend } from "./tfjs/backends.ts";
import { chooseEngine, type ChosenEngine } from "./core/engines/choose_engine.ts";
import { type ExportedModel, exportModel } from "./export/export.ts";
import { type EpochLog, fit, type History, type Progress } from "./core/fit.ts";
import { scoreDraws } from "./label_draws.ts";
import { countParameters, type LayerRow, layerRows } from "./core/layer_table.ts";
import { type Model, MODELS } from "./models/mod.ts";
import type { trainOptions } from "./options.ts";
import type { PreparedData } from "./prepare_data.ts";

/** The values of the options of `train`. */
export type TrainValues = OptionValues<typeof trainOptions>;

/**
 * Classes up to which a prior of clusters is the default. Three digits gain by it: their clusters
 * are there to be found. Ten do not: k-means finds some of them in halves and others in one.
 */
const MAX_CLUSTERED_CLASSES = 3;

/** The epochs and clusters of a training, where the user did not give them. */
function stageDefaults(values: TrainValues, classCount: number) {
  const clusterEpochs = values.clusterEpochs ?? (classCount <= MAX_CLUSTERED_CLASSES ? 5 : 0);
  return {
    clusterEpochs,
    epochs: values.epochs ?? (clusterEpochs > 0 ? 4 : 8),
    clusters: values.clusters ?? Math.max(2, classCount),
  };
}

/** What {@linkcode train} tells on its way. */
export interface TrainListener {
  onEngine?(engine: ChosenEngine): void;
  onModel?(layers: readonly LayerRow[]): void;
  onProgress?(progress: Progress): void;
  onEpochEnd?(log: EpochLog): void;
  onSelection?(selection: Selection): void;
}

/** What {@linkcode train} is told besides its options. */
export interface TrainContext {
  /** How models run; where it is not given, on the device that the options choose. */
  readonly session?: SessionOptions;
}

/** A trained model with all that a run folder holds of it. */
export interface Trained {
  readonly layers: readonly LayerRow[];
  readonly encoder: OnnxModel;
  readonly decoder: OnnxModel;
  /** By the pixels that they take. */
  readonly classifiers: Readonly<Record<"float32" | "uint8", OnnxModel>>;
  readonly selection: Selection;
  readonly history: History;
  readonly metrics: Metrics;
  readonly description: Omit<RunDescription, "data" | "date" | "command" | "engine" | "layers">;
}

/**
 * The whole way: trains a model on unlabelled images, exports it, fits the mixture on its latent
 * space with the few labelled ones, and scores both.
 *
 * @throws {InputError} If the model is larger than `maxParams` allows, or there are too few images.
 */
export async function train(
  data: PreparedData,
  given: TrainValues & TrainContext,
  listener: TrainListener = {},
): Promise<Trained> {
  const classes = [...new Set(data.labelled.labels)].sort((a, b) => a - b);
  const chosen = await chooseEngine(given.engine, given);
  listener.onEngine?.(chosen);
  const engine = chosen.name;
  const { session = await sessionOptions(given), ...options } = given;
  const { device = "cpu" } = session;
  const values = { ...options, ...stageDefaults(given, classes.length), engine, device };
  await useBackend(engine === "tfjs" ? values.backend : "cpu", values);
  const [, height, width, channels] = data.unlabelled.shape;
  const model = MODELS[values.model]([height, width, channels], values);
  const layers = layerRows(model);
  listener.onModel?.(layers);
  checkSize(layers, values);

  const { rotation, scaling, shift } = values;
  const history = await fit(model, data.unlabelled, {
    ...values,
    profile: session.profile,
    warp: { rotation, scaling, shift },
    ...data.validation === undefined ? {} : { validation: data.validation },
    onProgress: (progress) => listener.onProgress?.(progress),
    onEpochEnd: (log) => listener.onEpochEnd?.(log),
  });

  const exported = await exportModel(model, {
    images: data.unlabelled,
    metadata: describeOnnx(model, values),
  });
  const { selection, ...draws } = await fitMixture(exported, data, { ...values, session });
  listener.onSelection?.(selection);
  const classifiers = {
    float32: buildClassifier(exported.encoder, selection.classifier),
    uint8: buildClassifier(exported.encoder, selection.classifier, { input: "uint8" }),
  };
  const { classNames } = data;
  return {
    layers,
    ...exported,
    classifiers,
    selection,
    history,
    metrics: {
      ...await score({ ...exported, classifiers }, data, { ...values, session }),
      ...draws,
    },
    description: {
      system: values.model,
      classes,
      ...classNames === undefined ? {} : { classNames: [...classNames] },
      imageShape: [...model.imageShape],
      scale: data.scale,
      latentDim: model.latentDim,
      seed: values.seed,
      options: recordedOptions(values),
      versions: versions(),
      exportCheck: { ...exported.exportCheck },
    },
  };
}

/** How models run where nobody has chosen yet. */
async function sessionOptions({ device, threads }: TrainValues): Promise<SessionOptions> {
  return { device: (await chooseDevice(device)).device, threads };
}

function checkSize(layers: readonly LayerRow[], { maxParams }: TrainValues): void {
  const parameters = countParameters(layers);
  if (maxParams !== undefined && parameters > maxParams) {
    throw new InputError(
      `Cannot train: the model has ${parameters} parameters, --max-params allows ${maxParams}`,
    );
  }
}

interface MixtureValues {
  readonly clusterEpochs: number;
  readonly seed: number;
  readonly session: SessionOptions;
}

/**
 * Fits the mixture on the latent means of all unlabelled images, the held-out ones included; and
 * where other draws of labels are to be scored, scores them.
 */
async function fitMixture(
  { encoder }: ExportedModel,
  { unlabelled, validation, labelled, test, draws = [] }: PreparedData,
  { clusterEpochs, seed, session: options }: MixtureValues,
): Promise<{ selection: Selection; draws?: LabelDraws }> {
  const session = await createSession(encoder, options);
  const parts = validation === undefined ? [unlabelled] : [unlabelled, validation];
  const values: number[] = [];
  for (const images of parts) {
    for (const value of (await encodeImages(session, images)).data) values.push(value);
  }
  const labelledLatents = await encodeImages(session, labelled.images);
  const [, latentDim] = labelledLatents.shape;
  const shape = [values.length / latentDim, latentDim];
  const latents = ndarray("float64", shape, Float64Array.from(values));
  const selection = selectLatentClassifier(
    latents,
    { latents: labelledLatents, labels: labelled.labels },
    {
      // Under a prior of clusters the latents are normal clusters: the plain mixture comes first.
      candidates: clusterEpochs > 0 ? [PLAIN_MIXTURE, ...DEFAULT_CANDIDATES] : DEFAULT_CANDIDATES,
      seed,
    },
  );
  const { chosen } = selection;
  const scored = test === undefined || draws.length === 0
    ? {}
    : { draws: await scoreDraws(draws, test, { encoder: session, latents, chosen, seed }) };
  await session.release();
  return { selection, ...scored };
}

/** One normal distribution a class, on the latents as they are. */
const PLAIN_MIXTURE: Candidate = {
  name: "plain, full, 1 a class",
  members: [{ transform: "none", covarianceType: "full", componentsPerClass: 1 }],
};

/** Scores on the test images, or where there are none on the labelled ones, and says which. */
async function score(
  { decoder, classifiers }: { decoder: OnnxModel; classifiers: Trained["classifiers"] },
  { test, labelled }: PreparedData,
  { seed, session }: { seed: number; session: SessionOptions },
): Promise<Metrics> {
  const scored: LabelledImages = test ?? labelled;
  const input = scored.images.dtype;
  const sessions = {
    classifier: await createSession(classifiers[input], session),
    decoder: await createSession(decoder, session),
  };
  const metrics = await evaluate(scored, {
    ...sessions,
    seed,
    split: test === undefined
      ? "labelled images, the ones that the mixture was fitted with: no measure of unseen images"
      : "test images that neither the model nor the mixture has seen",
  });
  await sessions.classifier.release();
  await sessions.decoder.release();
  return metrics;
}

/** What the ONNX files say of themselves, the same for the same command. */
function describeOnnx({ imageShape, latentDim }: Model, { model, seed }: TrainValues) {
  return {
    glimpse: VERSION,
    model,
    image_shape: imageShape.join(","),
    latent_dim: String(latentDim),
    seed: String(seed),
  };
}

/** The options that decide the result, as the manifest keeps them. */
function recordedOptions(values: TrainValues): RunDescription["options"] {
  const { force: _force, out: _out, profile: _profile, ...options } = values;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as RunDescription["options"];
}

function versions(): Record<string, string> {
  return {
    "glimpse": VERSION,
    "deno": Deno.version.deno,
    "onnxruntime-node": runtimeVersion(),
    "tensorflow.js": tf.version_core,
  };
}

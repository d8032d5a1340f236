import { InputError } from "../../../lib/input_error.ts";
import type { Callback, EpochLog, Progress } from "../callbacks.ts";
import type { Engine, EngineOptions } from "../engines/engine.ts";
import { type EngineName, engineOf } from "../engines/mod.ts";
import {
  checkTraining,
  chunks,
  countExamples,
  examplesOf,
  type Feed,
  type FeedExamples,
  rememberExamples,
} from "../feed.ts";
import type { Step } from "../step.ts";

/** Options for {@linkcode train}. */
export interface TrainOptions extends Partial<EngineOptions> {
  /** Epochs of this phase. @default {1} */
  epochs?: number;
  /** Epochs of the phases before it. @default {0} */
  epochsBefore?: number;
  /** What the log calls it. @default {"train"} */
  phase?: string;
  /** @default {128} */
  batchSize?: number;
  /** Of the order of the examples, the noise and what dropout drops. @default {0} */
  seed?: number;
  /** Take the examples of each epoch in random order, or as they are. @default {true} */
  shuffle?: boolean;
  /** @default {"onnx"} */
  engine?: EngineName;
  /**
   * Losses of examples that are not trained on, after each epoch, with the scalars of its last step:
   * `valLoss` beside `loss`. They must assign no variable, and should be computed by the function that computes the step's losses.
   */
  validation?: { readonly feed: Feed; readonly losses: Step } | undefined;
  /** Called after each epoch, in order. @default {[]} */
  callbacks?: readonly Callback[];
  /** Called after each chunk of steps. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Called once with the engine's description, such as `onnx (cpu)`. */
  onEngine?: ((description: string) => void) | undefined;
  /**
   * The log of the epochs of this phase that are done: training goes on after them, as `restore()`
   * has given the variables their values. @default {[]}
   */
  resume?: readonly EpochLog[];
}

/** The defaults of {@linkcode TrainOptions}. */
const TRAIN_DEFAULTS = {
  epochs: 1,
  epochsBefore: 0,
  phase: "train",
  batchSize: 128,
  seed: 0,
  shuffle: true,
  engine: "onnx",
  callbacks: [],
  resume: [],
} as const satisfies TrainOptions;

type Settings = TrainOptions & Required<Pick<TrainOptions, keyof typeof TRAIN_DEFAULTS>>;

/**
 * Trains whatever variables a step assigns: the only loop of all trainings.
 *
 * @returns The log of each epoch of this phase, those before a resumed one included.
 * @throws {InputError} If an option is out of its range, or there are fewer examples than one batch
 * holds.
 * @throws {DivergenceError} If a loss is no longer a finite number.
 */
export async function train(
  step: Step,
  feed: Feed,
  options: TrainOptions = {},
): Promise<EpochLog[]> {
  const settings: Settings = { ...TRAIN_DEFAULTS, ...options };
  checkTraining(settings);
  const { epochs, epochsBefore, phase, batchSize, validation, callbacks, resume } = settings;
  const logs = [...resume];
  const last = epochsBefore + epochs;
  let epoch = logs.at(-1)?.epoch ?? epochsBefore;
  const isDone = () => epoch >= last || callbacks.some((callback) => callback.isDone?.());
  if (isDone()) return await end(callbacks, logs);
  const remembered = rememberExamples(feed);
  const firstEpoch = epoch + 1;
  const stepsPerEpoch = countSteps(examplesOf(remembered, firstEpoch), batchSize);

  const { threads, device, profile, seed, native } = settings;
  const session = { threads: threads ?? 0, device: device ?? "cpu", profile };
  // A function, so that nothing holds on to the examples of the first epoch.
  const first = { ...feed, examples: () => examplesOf(remembered, firstEpoch) };
  const engine = await engineOf(settings.engine)(step, first, {
    batchSize,
    seed,
    native,
    ...session,
  });
  settings.onEngine?.(engine.description);
  const pace = new Pace();
  try {
    for (let goOn = true; goOn && !isDone();) {
      epoch++;
      const log: EpochLog = {
        epoch,
        phase,
        ...await trainEpoch(engine, remembered, { ...settings, epoch, history: logs, pace }),
        ...await validate(engine, validation, (epoch - epochsBefore) * stepsPerEpoch - 1),
      };
      checkFinite(log);
      logs.push(log);
      // Every callback hears of every epoch, also of the one that another ends training after.
      for (const callback of callbacks) goOn = await callback(log) !== false && goOn;
    }
  } finally {
    await engine.dispose();
  }
  return await end(callbacks, logs);
}

async function end(callbacks: readonly Callback[], logs: EpochLog[]): Promise<EpochLog[]> {
  for (const callback of callbacks) await callback.onEnd?.();
  return logs;
}

/** Trains one epoch; gives the means of its losses, with the variables up to date. */
async function trainEpoch(
  engine: Engine,
  feed: Feed,
  { epoch, epochs, epochsBefore, history, batchSize, seed, shuffle, onProgress, pace }:
    & Settings
    & { epoch: number; history: readonly EpochLog[]; pace: Pace },
): Promise<Record<string, number>> {
  const started = performance.now();
  const steps = countSteps(examplesOf(feed, epoch), batchSize);
  const firstStep = (epoch - 1 - epochsBefore) * steps;
  const means: Record<string, number> = {};
  let count = 0;
  const size = () => pace.steps;
  const parts = chunks(feed, { epoch, firstStep, history, batchSize, seed, shuffle, size });
  for (let part = parts.next(); !part.done;) {
    pace.start();
    const running = engine.run(part.value);
    const [length] = part.value.indices.shape;
    // Meanwhile, on an engine with threads of its own, the next copies are augmented.
    part = parts.next();
    const losses = await running;
    for (const [name, values] of Object.entries(losses)) {
      let mean = means[name] ?? 0;
      values.forEach((value, i) => mean += (value - mean) / (count + i + 1));
      means[name] = mean;
    }
    count += length;
    checkFinite({ epoch, ...means });
    onProgress?.({
      epoch,
      epochs: epochsBefore + epochs,
      step: count,
      steps,
      batchSize,
      loss: means.loss ?? Object.values(means)[0],
      losses,
    });
    await pace.rest(length);
  }
  await engine.sync();
  const seconds = (performance.now() - started) / 1000;
  const rate = feed.scalars?.learningRate?.(firstStep, history);
  return {
    ...means,
    ...rate === undefined ? {} : { learningRate: rate },
    imagesPerSecond: count * batchSize / seconds,
  };
}

/** The validation losses by their names in the log: `valLoss` for `loss`. */
async function validate(
  engine: Engine,
  validation: TrainOptions["validation"],
  step: number,
): Promise<Record<string, number>> {
  if (validation === undefined) return {};
  const losses = await engine.evaluate(validation.losses, validation.feed, step);
  return Object.fromEntries(
    Object.entries(losses).map(([name, value]) => [
      `val${name[0].toUpperCase()}${name.slice(1)}`,
      value,
    ]),
  );
}

/** A loss became infinite or no number. */
export class DivergenceError extends InputError {}

/** Steps of a chunk at most. */
const MAX_STEPS = 256;

/** About how long a chunk takes: signals and timers wait for it, as an engine blocks the process. */
const CHUNK_MS = 100;

/** Sizes chunks so that the process answers in time. */
class Pace {
  steps = 8;
  #started = 0;

  start(): void {
    this.#started = performance.now();
  }

  /** Lets timers and signals have their turn, which awaiting an engine alone does not. */
  async rest(steps: number): Promise<void> {
    const perStep = (performance.now() - this.#started) / steps;
    this.steps = Math.min(MAX_STEPS, Math.max(1, Math.round(CHUNK_MS / perStep)));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Steps of an epoch. */
function countSteps(examples: FeedExamples, batchSize: number): number {
  const count = countExamples(examples);
  if (count < batchSize) {
    throw new InputError(
      `Cannot train: there are ${count} examples, a batch of ${batchSize} needs at least as many`,
    );
  }
  return Math.floor(count / batchSize);
}

function checkFinite({ epoch, ...values }: Readonly<Record<string, number | string>>): void {
  const broken = Object.entries(values).find(([, value]) =>
    typeof value === "number" && !Number.isFinite(value)
  );
  if (broken === undefined) return;
  const [name, value] = broken;
  throw new DivergenceError(
    `Cannot go on training: ${name} is ${value} in epoch ${epoch}, try a smaller learning rate`,
  );
}

import { InputError } from "../../../lib/input_error.ts";
import type { Callback, EpochLog, Progress, StepLog } from "../callbacks.ts";
import { ofAnySize } from "../engines/any_size.ts";
import type { Engine, EngineOptions } from "../engines/engine.ts";
import { type EngineName, engineOf } from "../engines/mod.ts";
import {
  checkTraining,
  chunks,
  countExamples,
  countSteps,
  examplesOf,
  type Feed,
  mapValues,
  rememberExamples,
} from "../feed.ts";
import type { Step } from "../step.ts";
import { Pace } from "./pace.ts";

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
  /**
   * Leave the examples that do not fill the last batch out of the epoch, or train on them as a
   * smaller batch.
   * @default {true}
   */
  dropRemainder?: boolean;
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
  /**
   * Called after each step, with the variables up to date, which takes time. The epoch ends there
   * if it gives `false`.
   */
  onStep?: ((log: StepLog) => Promise<boolean | void>) | undefined;
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
  dropRemainder: true,
  engine: "onnx",
  callbacks: [],
  resume: [],
} as const satisfies TrainOptions;

type Settings = TrainOptions & Required<Pick<TrainOptions, keyof typeof TRAIN_DEFAULTS>>;

/**
 * Trains whatever variables a step assigns: the only loop of all trainings.
 *
 * @returns The log of each epoch of this phase, those before a resumed one included.
 * @throws {InputError} If an option is out of its range, or the examples fill no batch.
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
  const stepsPerEpoch = countSteps(examplesOf(remembered, firstEpoch), settings);

  const { threads, device, profile, seed, native } = settings;
  const session = { threads: threads ?? 0, device: device ?? "cpu", profile };
  // A function, so that nothing holds on to the examples of the first epoch.
  const first = { ...feed, examples: () => examplesOf(remembered, firstEpoch) };
  const { engine: name, dropRemainder } = settings;
  const open = dropRemainder ? engineOf(name) : ofAnySize(engineOf(name));
  const engine = await open(step, first, {
    batchSize: Math.min(batchSize, countExamples(examplesOf(remembered, firstEpoch))),
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
      if (callbacks.length > 0) await engine.load();
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
  settings: Settings & { epoch: number; history: readonly EpochLog[]; pace: Pace },
): Promise<Record<string, number>> {
  const started = performance.now();
  const { epoch, epochs, epochsBefore, history, batchSize, onProgress, onStep, pace } = settings;
  const steps = countSteps(examplesOf(feed, epoch), settings);
  const firstStep = (epoch - 1 - epochsBefore) * steps;
  const means: Record<string, number> = {};
  let [count, rows] = [0, 0];
  const parts = chunks(feed, {
    ...settings,
    firstStep,
    copyImages: engine.copyImages,
    size: () => onStep === undefined ? pace.steps : 1,
  });
  for (let part = parts.next(); !part.done;) {
    pace.start();
    const running = engine.run(part.value);
    const [length, batch] = part.value.indices.shape;
    // Meanwhile, on an engine with threads of its own, the next copies are augmented.
    part = parts.next();
    const losses = await running;
    for (const [name, values] of Object.entries(losses)) {
      let mean = means[name] ?? 0;
      values.forEach((value, i) => mean += (value - mean) / (rows / batch + i + 1));
      means[name] = mean;
    }
    count += length;
    rows += length * batch;
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
    if (onStep !== undefined) {
      await engine.sync();
      if (
        await onStep({
          step: count - 1,
          size: batch,
          losses: mapValues(losses, ([loss]) => loss),
        }) === false
      ) break;
      await engine.load();
    }
    await pace.rest(length);
  }
  await engine.sync();
  const seconds = (performance.now() - started) / 1000;
  const rate = feed.scalars?.learningRate?.(firstStep, history);
  return {
    ...means,
    ...rate === undefined ? {} : { learningRate: rate },
    imagesPerSecond: rows / seconds,
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

import * as tf from "@tensorflow/tfjs-core";
import type { NdArray } from "../../../lib/array/ndarray.ts";
import { slice, take } from "../../../lib/array/rows.ts";
import { Random } from "../../../lib/array/random.ts";
import { useBackend } from "../../tfjs/backends.ts";
import { describeNative, TFJS_NODE_BACKEND } from "../../tfjs/node/register_backend.ts";
import { meanLosses } from "../evaluation.ts";
import { type Chunk, type Feed, mapValues } from "../feed.ts";
import type { Batch, Losses, Step } from "../step.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { floatRows } from "./rows.ts";

/**
 * Takes each step eagerly on the TensorFlow.js backend that is active: the reference that the other
 * engines are tested against.
 */
export function openTfjs(step: Step, _feed: Feed, options: EngineOptions): Promise<Engine> {
  return Promise.resolve(new EagerEngine(step, options, `tfjs (${tf.getBackend()})`));
}

/**
 * Takes each step eagerly on `@tensorflow/tfjs-node-gpu`: on the GPU if its libtensorflow sees one.
 *
 * @throws {InputError} If its native binding has not been set up.
 */
export async function openTfjsNode(
  step: Step,
  _feed: Feed,
  options: EngineOptions,
): Promise<Engine> {
  await useBackend(TFJS_NODE_BACKEND, { threads: options.threads ?? 0 });
  return new EagerEngine(step, options, `tfjs-node-gpu (${describeNative()})`);
}

/** Takes steps on whichever backend is active. */
class EagerEngine implements Engine {
  readonly description: string;
  readonly #step: Step;
  readonly #options: EngineOptions;
  /** Of dropout, in the epoch of the last chunk. */
  #draws: { readonly epoch: number; readonly random: Random } | undefined;

  constructor(step: Step, options: EngineOptions, description: string) {
    this.#step = step;
    this.#options = options;
    this.description = description;
  }

  async run({ epoch, examples, indices, perStep }: Chunk): Promise<Record<string, Float32Array>> {
    if (this.#draws?.epoch !== epoch) {
      this.#draws = { epoch, random: new Random(this.#options.seed, `draws ${epoch}`) };
    }
    const [steps] = indices.shape;
    const history: Record<string, Float32Array> = {};
    for (let i = 0; i < steps; i++) {
      const rows = slice(indices, i, i + 1).data;
      const batch = {
        ...mapValues(examples, (array) => floatRows(take(array as NdArray, rows))),
        ...mapValues(perStep, (array): NdArray => {
          const { dtype, shape, data } = slice(array, i, i + 1);
          return { dtype, shape: shape.slice(1), data };
        }),
      };
      const losses = await withDrawsFrom(this.#draws.random, () => compute(this.#step, batch));
      for (const [name, loss] of Object.entries(losses)) {
        (history[name] ??= new Float32Array(steps))[i] = loss;
      }
    }
    return history;
  }

  evaluate(losses: Step, feed: Feed, step = 0): Promise<Record<string, number>> {
    return meanLosses(
      feed,
      { ...this.#options, step },
      ({ examples, inputs }) => compute(losses, { ...mapValues(examples, floatRows), ...inputs }),
    );
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  load(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

/** Losses of a batch, which leaves no tensor behind. */
async function compute(
  step: Step,
  batch: Readonly<Record<string, NdArray>>,
): Promise<Record<string, number>> {
  const losses: Losses = tf.tidy(() =>
    step(
      mapValues(batch, ({ data, shape, dtype }) =>
        tf.tensor(data as Float32Array, [...shape], dtype as "float32")) as Batch,
    )
  );
  const values: Record<string, number> = {};
  for (const [name, loss] of Object.entries(losses)) {
    [values[name]] = await loss.data();
    loss.dispose();
  }
  return values;
}

/**
 * Runs a function in which TensorFlow.js seeds the random ops that were given no seed, as
 * `tf.dropout` mostly is, from a generator: it takes such seeds from `Math.random()`.
 */
function withDrawsFrom<T>(random: Random, fn: () => T): T {
  const { random: own } = Math;
  Math.random = () => random.uniform();
  try {
    return fn();
  } finally {
    Math.random = own;
  }
}

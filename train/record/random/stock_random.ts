import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../../lib/input_error.ts";
import { Random } from "../../../lib/array/random.ts";
import { type Distribution, type Drawing, SEED_LIMIT, UNIT } from "./draws.ts";

/**
 * The random ops of TensorFlow.js, by the name of the scope that each runs in, with what draws the
 * same where the graph runs. They draw on the host and hand their numbers to the backend.
 */
const HOST_OPS: Readonly<Record<string, string>> = {
  rand: "randomUniform",
  randomUniform: "randomUniform",
  randomUniformInt: "randomUniform, cast to int32,",
  randomNormal: "randomNormal",
  randomStandardNormal: "randomNormal",
  truncatedNormal: "truncatedNormal",
  randomGamma: "randomUniform or randomNormal",
};

/** Gives each draw of the recording under way a seed; none is under way if it is undefined. */
let seeds: Random | undefined;
/** The distribution of the code that runs, where it is known. */
let current: Distribution | undefined;

/** Runs a function in which the random ops of TensorFlow.js become draws of the graph. */
export function withDraws<T>(seed: number, fn: () => T): T {
  const outer = seeds;
  seeds = new Random(seed, "draws");
  try {
    return fn();
  } finally {
    seeds = outer;
  }
}

/**
 * Runs code of others whose random op draws from a known distribution: its bounds are out of sight
 * when the numbers arrive.
 */
export function withDistribution<T>(distribution: Distribution, fn: () => T): T {
  const outer = current;
  current = distribution;
  try {
    return fn();
  } finally {
    current = outer;
  }
}

/** The seed of a draw: the one passed to the op, or else the next of the recording. */
export function drawSeed(given: number): number {
  // Without a seed, TensorFlow.js passes a number between 0 and 1.
  return Number.isInteger(given) || seeds === undefined ? given : nextSeed(seeds);
}

/**
 * What stands for values that the host writes, if a random op has drawn them while a function is
 * recorded: as a constant they would be the same in every run.
 *
 * @throws {InputError} If what they are drawn from is not known.
 */
export function drawnInGraph(shape: readonly number[], dtype: tf.DataType): Drawing | undefined {
  if (seeds === undefined) return undefined;
  const [scope, outer] = tf.engine().state.scopeStack.toReversed();
  const name = opName(scope);
  if (name === undefined || !Object.hasOwn(HOST_OPS, name)) return undefined;
  // tf.dropout draws from [0, 1), https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/ops/dropout.ts
  const distribution = opName(outer) === "dropout" ? UNIT : current;
  if (distribution?.kind !== name || dtype !== "float32") {
    const outerName = opName(outer) ?? "";
    throw frozenError(Object.hasOwn(HOST_OPS, outerName) ? outerName : name);
  }
  return { ...distribution, shape, seed: nextSeed(seeds) };
}

/** The op of TensorFlow.js that a scope is of. */
function opName(scope: { readonly name: string } | undefined): string | undefined {
  return scope?.name.endsWith("__op") ? scope.name.slice(0, -"__op".length) : undefined;
}

function nextSeed(random: Random): number {
  return 1 + random.integer(SEED_LIMIT - 1);
}

function frozenError(name: string): InputError {
  return new InputError(
    `Cannot record tf.${name}: its numbers are drawn now and would be the same in every run, ` +
      `use ${HOST_OPS[name]} of "@glimpse/glimpse/record" or an input, and make variables before`,
  );
}

import config from "../../../deno.json" with { type: "json" };
import { Random } from "../../../lib/array/random.ts";
import { InputError } from "../../../lib/input_error.ts";
import { dataCases } from "./data.ts";
import { inferCases } from "./infer.ts";
import { mixtureCases } from "./mixture.ts";
import { type Case, findNaN, Odd, WrongResult } from "./odd.ts";
import { onnxCases } from "./onnx.ts";
import { runCases } from "./run.ts";
import { trainCases } from "./train.ts";

/** A case for each function of the packages' entry points, by name. */
export const CASES: Readonly<Record<string, Case>> = {
  ...dataCases,
  ...mixtureCases,
  ...onnxCases,
  ...inferCases,
  ...trainCases,
  ...runCases,
};

/** Those that other cases call, and memory for as many numbers as there are, whatever these are. */
export const COVERED = ["Session", "allocate", "allocateFrom", "fromBytes", "sizeOf"];

/** The names of the functions and classes of all entry points. */
export async function publicFunctions(): Promise<string[]> {
  const names = new Set<string>();
  for (const path of Object.values(config.exports)) {
    const module = await import(new URL(`../../../${path}`, import.meta.url).href);
    for (const [name, value] of Object.entries(module)) {
      if (typeof value === "function") names.add(name);
    }
  }
  return [...names].sort();
}

/**
 * Calls a function with arguments of a seed.
 *
 * @returns What is wrong with what it did: it neither gave a right result nor an `InputError`, or
 * for a shape that does not fit its numbers a `RangeError`.
 */
export async function faultOf(name: string, seed: number): Promise<string | undefined> {
  try {
    const nan = findNaN(await CASES[name](new Odd(new Random(seed, name))));
    return nan === undefined ? undefined : `${name}, seed ${seed}: ${nan} is NaN`;
  } catch (error) {
    if (error instanceof InputError && !error.message.includes("\n")) return undefined;
    if (error instanceof RangeError && /^Cannot /.test(error.message)) return undefined;
    const text = error instanceof WrongResult ? error.message : (error as Error).stack;
    return `${name}, seed ${seed}: ${text}`;
  }
}

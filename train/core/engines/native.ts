import type { NdArray } from "../../../lib/array/ndarray.ts";
import { CompiledStep } from "../../native/compiled_step.ts";
import { findCompiler } from "../../native/compiler.ts";
import { builtLibrary } from "../../native/library.ts";
import { lowerStep } from "../../native/lower.ts";
import { type StateVariable, writeState } from "../../record/record_function.ts";
import { recordStep } from "../../record/record_step.ts";
import { type Chunk, examplesOf, type Feed, mapValues } from "../feed.ts";
import type { Step } from "../step.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { Evaluator, inputSpecs } from "./evaluate.ts";

/**
 * Records the step once and lowers it to C, which the machine's compiler compiles for its processor.
 *
 * @throws {InputError} If no compiler works here, or a kernel of the step has no C rule.
 */
export async function openNative(step: Step, feed: Feed, options: EngineOptions): Promise<Engine> {
  const { batchSize, seed } = options;
  let lossNames: string[] = [];
  const { recording, variables, values } = await recordStep((batch) => {
    const losses = step(batch);
    lossNames = Object.keys(losses);
    return losses;
  }, { seed, inputs: inputSpecs(feed, batchSize) });
  const rowTypes = mapValues(examplesOf(feed, 1), ({ dtype }) => dtype);
  const lowered = lowerStep(recording, { rowTypes, lossNames });
  const compiler = await findCompiler();
  const path = await builtLibrary(lowered.source, { compiler });
  const threads = options.threads || navigator.hardwareConcurrency;
  const compiled = new CompiledStep(lowered, { path, threads, values });
  return new NativeEngine(compiled, variables, options, `native (${compiler.version})`);
}

class NativeEngine implements Engine {
  readonly description: string;
  readonly #step: CompiledStep;
  readonly #variables: readonly StateVariable[];
  readonly #evaluator: Evaluator;
  #epoch: number | undefined;

  constructor(
    step: CompiledStep,
    variables: readonly StateVariable[],
    options: EngineOptions,
    description: string,
  ) {
    this.#step = step;
    this.#variables = variables;
    this.#evaluator = new Evaluator(options);
    this.description = description;
  }

  run({ epoch, examples, indices, perStep }: Chunk): Promise<Record<string, Float32Array>> {
    if (epoch !== this.#epoch) this.#step.startEpoch(epoch);
    this.#epoch = epoch;
    return this.#step.run({
      given: { ...examples, ...perStep } as Record<string, NdArray>,
      indices,
    });
  }

  async evaluate(losses: Step, feed: Feed, step = 0): Promise<Record<string, number>> {
    await this.sync();
    return await this.#evaluator.evaluate(losses, feed, step);
  }

  sync(): Promise<void> {
    writeState(this.#variables, this.#step.variables());
    return Promise.resolve();
  }

  async dispose(): Promise<void> {
    this.#step.dispose();
    await this.#evaluator.dispose();
  }
}

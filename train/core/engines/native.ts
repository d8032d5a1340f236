import { basename } from "node:path";
import { InputError } from "../../../lib/input_error.ts";
import type { CopyImages } from "../../../lib/data/augment.ts";
import type { NdArray } from "../../../lib/array/ndarray.ts";
import { CompiledStep } from "../../native/compiled_step.ts";
import { findCompiler } from "../../native/compiler.ts";
import { builtKernels, builtLibrary, type LibraryOptions } from "../../native/library.ts";
import { lowerStep } from "../../native/lower.ts";
import { readVariables, type Variables, writeVariables } from "../../record/variables.ts";
import { type Chunk, type Feed } from "../feed.ts";
import type { Step } from "../step.ts";
import type { Engine, EngineOptions, OpenEngine } from "./engine.ts";
import { openOnnx } from "./onnx.ts";
import { Evaluator } from "./evaluate.ts";
import { recordTraining } from "./record_training.ts";
import { writeAll, writeFile } from "../../../lib/files/atomic_write.ts";

/** How steps are compiled. */
interface Toolchain {
  /** Names of compilers. @default {COMPILERS} */
  readonly compilers?: readonly string[];
  /** Where libraries are kept. @default {cacheFolder()} */
  readonly folder?: string;
  /** @default {FLAGS} */
  readonly flags?: readonly string[];
}

/**
 * Opens engines that record the step once and lower it to C, which the machine's compiler compiles
 * for its processor; or ONNX Runtime where that cannot be and `onFallBack` is given.
 */
export function compiledBy({ compilers, ...library }: Toolchain): OpenEngine {
  return async (step, feed, options) => {
    try {
      const compiler = await findCompiler(compilers);
      return await openCompiled(step, feed, options, { compiler, ...library });
    } catch (error) {
      const onFallBack = options.native?.onFallBack;
      if (!(error instanceof InputError) || onFallBack === undefined) throw error;
      onFallBack(error.message);
      return await openOnnx(step, feed, options);
    }
  };
}

/**
 * Takes the steps compiled for this machine.
 *
 * @throws {InputError} If no compiler works, a kernel of the step has no C rule, or the cache cannot
 * be used, unless `onFallBack` is given.
 */
export const openNative: OpenEngine = compiledBy({});

/** Compiles what all steps share, while data are read. What fails is said when a step is compiled. */
export async function prepareNative(): Promise<void> {
  await findCompiler().then((compiler) => builtKernels({ compiler })).catch(() => {});
}

async function openCompiled(
  step: Step,
  feed: Feed,
  options: EngineOptions,
  library: LibraryOptions,
): Promise<Engine> {
  const { native: { keepC } = {} } = options;
  const { recording, variables, values, rowTypes, lossNames } = await recordTraining(
    step,
    feed,
    options,
  );
  const lowered = lowerStep(recording, { rowTypes, lossNames });
  const path = await builtLibrary(lowered.source, library);
  if (keepC !== undefined) {
    const name = basename(path, ".so").slice(0, 8);
    const text = new TextEncoder().encode(lowered.source);
    await writeFile(`${keepC}/step_${name}.c`, (file) => writeAll(file, text), { force: true });
  }
  const threads = options.threads || navigator.hardwareConcurrency;
  const compiled = new CompiledStep(lowered, { path, threads, values });
  return new NativeEngine(compiled, variables, options, `native (${library.compiler.version})`);
}

class NativeEngine implements Engine {
  readonly description: string;
  readonly copyImages: CopyImages;
  readonly #step: CompiledStep;
  readonly #variables: Variables;
  readonly #evaluator: Evaluator;
  #epoch: number | undefined;

  constructor(
    step: CompiledStep,
    variables: Variables,
    options: EngineOptions,
    description: string,
  ) {
    this.#step = step;
    this.#variables = variables;
    this.#evaluator = new Evaluator(options);
    this.copyImages = step.copyImages;
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
    writeVariables(this.#variables, this.#step.variables());
    return Promise.resolve();
  }

  async load(): Promise<void> {
    this.#step.setVariables(await readVariables(this.#variables));
  }

  async dispose(): Promise<void> {
    this.#step.dispose();
    await this.#evaluator.dispose();
  }
}

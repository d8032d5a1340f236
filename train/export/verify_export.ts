import { InputError } from "../../lib/input_error.ts";
import { type NdArray, ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import {
  type Difference,
  differences,
  greatestDifferences,
  type Model as OnnxModel,
  operatorOf,
} from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { take } from "../../lib/array/rows.ts";
import { Random } from "../../lib/array/random.ts";
import { computeEagerly } from "./compute_eagerly.ts";
import { BATCH, type Computation, type ExportInput, freeNames, specsAt } from "./free_sizes.ts";
import type { InputSpec } from "../record/mod.ts";

/** The batch sizes at which an export is compared with TensorFlow.js: odd and even, and small ones. */
const VERIFIED_BATCHES = [1, 2];

/** Other free sizes at which it is compared: ones that were recorded, others, and odd ones. */
const VERIFIED_SIZES = [32, 96, 45];

/** Free sizes to compare at. */
interface Trial {
  readonly sizes: Readonly<Record<string, number>>;
  /** Whether what is exported may be unable to take such sizes, as a U-Net is of odd ones. */
  readonly isOptional: boolean;
}

/** Options for {@linkcode verifyExport}. */
export interface VerifyOptions {
  /** What was exported. */
  fn: Computation;
  inputs: Readonly<Record<string, ExportInput>>;
  /** Rows to compare on, by input; random numbers where there are none. */
  samples: Readonly<Record<string, NdArray>>;
  /** The greatest difference allowed, as a part of the output's greatest value. */
  tolerance: number;
  /** Called before each comparison, which takes long on some backends. */
  onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

/** How many comparisons are done. */
export interface VerifyProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Compares an export with what the active TensorFlow.js backend computes.
 *
 * @param source What to run: the model, or the path of its file.
 * @returns The greatest differences of each output.
 * @throws {InputError} If one is greater than the tolerance.
 */
export async function verifyExport(
  { graph }: OnnxModel,
  source: OnnxModel | string,
  { fn, inputs, samples, tolerance, onProgress }: VerifyOptions,
): Promise<Difference[]> {
  if (!(tolerance >= 0)) {
    throw new InputError(
      `Cannot verify "${graph.name}": the tolerance is ${tolerance}, a number of 0 or more is needed`,
    );
  }
  const drawing = graph.nodes.find(({ opType }) => operatorOf(opType).random);
  if (drawing !== undefined) {
    throw new Error(
      `Cannot verify "${graph.name}": it draws numbers (${drawing.opType}), which no other run draws again; make them an input`,
    );
  }
  const random = new Random(0, "export");
  const session = await createSession(source);
  const found: Difference[] = [];
  try {
    const trials = trialsOf(freeNames(inputs));
    for (const [done, { sizes, isOptional }] of trials.entries()) {
      onProgress?.({ done, total: trials.length });
      const specs = Object.entries(specsAt(inputs, sizes));
      const arrays = Object.fromEntries(specs.map(([name, input]) => [
        name,
        samples[name] === undefined
          ? randomInput(input, inputs[name].range, random)
          : repeatRows(samples[name], input.shape[0]),
      ]));
      const expected = await computeEagerly(fn, arrays, { isOptional });
      if (expected === undefined) continue;
      found.push(...differences(await session.run(arrays), expected));
    }
  } finally {
    await session.release();
  }
  const greatest = greatestDifferences(found);
  const wrong = greatest.filter(({ relativeDifference }) => !(relativeDifference <= tolerance));
  if (wrong.length > 0) {
    const list = wrong.map(({ name, relativeDifference }) =>
      `output "${name}" by ${relativeDifference}`
    );
    throw new InputError(
      `Cannot export "${graph.name}": from TensorFlow.js differ ${
        list.join(", ")
      } of their greatest value, at most ${tolerance} is allowed: a defect, unless \`tolerance\` is too small for what is computed${
        wrong.some(({ relativeDifference }) => Number.isNaN(relativeDifference))
          ? " (where both give NaN, say in `inputs` in which range numbers make sense)"
          : ""
      }`,
    );
  }
  return greatest;
}

function repeatRows(rows: NdArray, count: number): NdArray {
  return take(rows, Uint32Array.from({ length: count }, (_, i) => i % rows.shape[0]));
}

function trialsOf(names: readonly string[]): Trial[] {
  const others = names.filter((name) => name !== BATCH);
  if (names.length === 0) return [{ sizes: {}, isOptional: false }];
  const count = others.length === 0 ? VERIFIED_BATCHES.length : VERIFIED_SIZES.length;
  return Array.from({ length: count }, (_, trial) => ({
    sizes: Object.fromEntries(names.map((name) => [
      name,
      name === BATCH
        ? VERIFIED_BATCHES[trial % VERIFIED_BATCHES.length]
        : VERIFIED_SIZES[trial] + 32 * others.indexOf(name),
    ])),
    isOptional: trial === 2,
  }));
}

/** Random numbers of an input's range. */
function randomInput(
  { shape, dtype = "float32" }: InputSpec,
  range: ExportInput["range"],
  random: Random,
): NdArray {
  const [low, high] = range ?? (dtype === "int32" ? [0, 2] : [-1, 1]);
  const draw = () => low + (high - low) * random.uniform();
  const length = sizeOf(shape);
  if (dtype === "float32") {
    return ndarray(dtype, shape, Float32Array.from({ length }, draw));
  }
  if (dtype === "int32") {
    return ndarray(dtype, shape, Int32Array.from({ length }, () => Math.floor(draw())));
  }
  return ndarray(dtype, shape, Uint8Array.from({ length }, () => random.uniform() < 0.5 ? 0 : 1));
}

import { InputError } from "../../lib/input_error.ts";
import { type NdArray, ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import {
  type Difference,
  greatestDifferences,
  type Model as OnnxModel,
  operatorOf,
} from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";
import { take } from "../../lib/array/rows.ts";
import { Random } from "../../lib/array/random.ts";
import {
  compareWithEager,
  type Computation,
  type ExportInput,
  hasFreeBatch,
} from "./free_batch.ts";

/** The batch sizes at which an export is compared with TensorFlow.js: odd and even, and small ones. */
const VERIFIED_BATCHES = [1, 2];

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
 * @throws {Error} If one is greater than the tolerance.
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
    const batches = hasFreeBatch(inputs) ? VERIFIED_BATCHES : [1];
    for (const [done, batch] of batches.entries()) {
      onProgress?.({ done, total: batches.length });
      const arrays = Object.entries(inputs).map(([name, input]) => [
        name,
        samples[name] === undefined
          ? randomInput(input, batch, random)
          : repeatRows(samples[name], batch),
      ]);
      found.push(...await compareWithEager(session, fn, Object.fromEntries(arrays)));
    }
  } finally {
    await session.release();
  }
  const differences = greatestDifferences(found);
  const wrong = differences.filter(({ relativeDifference }) => !(relativeDifference <= tolerance));
  if (wrong.length > 0) {
    const list = wrong.map(({ name, relativeDifference }) =>
      `output "${name}" by ${relativeDifference}`
    );
    throw new Error(
      `Cannot export "${graph.name}": from TensorFlow.js differ ${
        list.join(", ")
      } of their greatest value, at most ${tolerance} is allowed: a defect, unless \`tolerance\` is too small for what is computed${
        wrong.some(({ relativeDifference }) => Number.isNaN(relativeDifference))
          ? " (where both give NaN, say in `inputs` in which range numbers make sense)"
          : ""
      }`,
    );
  }
  return differences;
}

function repeatRows(rows: NdArray, count: number): NdArray {
  return take(rows, Uint32Array.from({ length: count }, (_, i) => i % rows.shape[0]));
}

/** Random numbers of an input's range. */
function randomInput(
  { shape, dtype = "float32", range }: ExportInput,
  batch: number,
  random: Random,
): NdArray {
  const sizes = shape.map((size) => size ?? batch);
  const [low, high] = range ?? (dtype === "int32" ? [0, 2] : [-1, 1]);
  const draw = () => low + (high - low) * random.uniform();
  const length = sizeOf(sizes);
  if (dtype === "float32") {
    return ndarray(dtype, sizes, Float32Array.from({ length }, draw));
  }
  if (dtype === "int32") {
    return ndarray(dtype, sizes, Int32Array.from({ length }, () => Math.floor(draw())));
  }
  return ndarray(dtype, sizes, Uint8Array.from({ length }, () => random.uniform() < 0.5 ? 0 : 1));
}

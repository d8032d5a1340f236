import type { NdArray } from "../array/ndarray.ts";

/** What is used of libsvm-js, which has no types. */
interface LibSvm {
  new (options: Readonly<Record<string, unknown>>): {
    train(points: readonly number[][], labels: readonly number[]): void;
    predictOne(point: readonly number[]): number;
    free(): void;
  };
  SVM_TYPES: { C_SVC: number };
  KERNEL_TYPES: { RBF: number };
}

/** A fitted support vector machine; its memory is outside of JavaScript's. */
export interface SupportVectors {
  /** The class of each point `[count, features]`, `[count]`. */
  predict(points: NdArray<"float32">): Int32Array;
  free(): void;
}

/** Options for {@linkcode fitSupportVectors}. */
export interface SupportVectorsOptions {
  /** Weight of points on the wrong side. @default {1} */
  cost?: number;
  /** Of the kernel `exp(-gamma |x - y|²)`. @default {1 / (features * variance of all values)} */
  gamma?: number;
}

/** Megabytes of kernel values that are kept. */
const CACHE_SIZE = 200;

let loading: Promise<LibSvm> | undefined;

/**
 * A support vector machine with an RBF kernel, one against one, by libsvm (Chang and Lin, "LIBSVM: A
 * library for support vector machines", 2011), with the defaults of scikit-learn's `SVC`.
 *
 * @param points `[count, features]`
 * @param labels The class of each, an integer.
 */
export async function fitSupportVectors(
  points: NdArray<"float32">,
  labels: ArrayLike<number>,
  { cost = 1, gamma = 1 / (points.shape[1] * varianceOf(points.data)) }: SupportVectorsOptions = {},
): Promise<SupportVectors> {
  const Svm = await (loading ??= load());
  const machine = new Svm({
    type: Svm.SVM_TYPES.C_SVC,
    kernel: Svm.KERNEL_TYPES.RBF,
    cost,
    gamma,
    cacheSize: CACHE_SIZE,
    quiet: true,
  });
  machine.train(rowsOf(points), Array.from(labels));
  return {
    predict: (points) => Int32Array.from(rowsOf(points), (row) => machine.predictOne(row)),
    free: () => machine.free(),
  };
}

/** The library takes whatever has `self` for a browser, and reads its WebAssembly with `fetch` there. */
async function load(): Promise<LibSvm> {
  const hidden = (["self", "fetch"] as const).map((name) =>
    [name, Object.getOwnPropertyDescriptor(globalThis, name)!] as const
  );
  for (const [name] of hidden) Reflect.deleteProperty(globalThis, name);
  try {
    return await (await import("libsvm-js")).default;
  } finally {
    for (const [name, descriptor] of hidden) Object.defineProperty(globalThis, name, descriptor);
  }
}

function rowsOf({ data, shape: [count, features] }: NdArray<"float32">): number[][] {
  return Array.from(
    { length: count },
    (_, i) => Array.from(data.subarray(i * features, (i + 1) * features)),
  );
}

/** The variance of all values; 1 where they do not vary. */
function varianceOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length || 1;
}

import type { LatentClassifier } from "../../lib/latent/latent_classifier.ts";
import { type DType, type NdArray, ndarray, type TypedArrays } from "../../lib/array/ndarray.ts";
import type { OutlierLimits } from "../../lib/latent/outlier.ts";

/** All that the page knows of a run but for its models. */
export interface PageData {
  /** What the run is called: the last part of its path. */
  readonly name: string;
  /** The name of each class, in the order of the classifier's classes. */
  readonly classNames: readonly string[];
  /** `[height, width, channels]` */
  readonly imageShape: readonly [number, number, number];
  readonly latentDim: number;
  readonly classifier: LatentClassifier;
  /** `[count, latentDim]` */
  readonly points: NdArray<"float32">;
  /** Whether the points are latent means of training images, or samples from the mixture. */
  readonly pointsAre: "training images" | "samples from the mixture";
  /** The labelled images that the mixture was fitted with, if they are known. */
  readonly labelled?: {
    /** `[count, latentDim]` */
    readonly z: NdArray<"float32">;
    readonly labels: readonly number[];
  };
  /** Where hardly any of the points lie. */
  readonly limits: OutlierLimits;
  /** Whether the run's `classifier.onnx` tells outliers among pictures. */
  readonly tellsOutliers: boolean;
  /** What else is to be said of the latent space. */
  readonly note?: string;
}

/** Page data as JSON; arrays become lists with their type and shape. */
export function formatPageData(data: PageData): string {
  return JSON.stringify(data, (_key, value) => {
    if (value instanceof Float32Array) return Array.from(value, roundFloat32);
    return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
  });
}

/** Reads what {@linkcode formatPageData} wrote. */
export function parsePageData(text: string): PageData {
  return JSON.parse(text, (_key, value) => isArray(value) ? toArray(value) : value);
}

interface ListArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

function isArray(value: unknown): value is ListArray {
  return typeof value === "object" && value !== null && "dtype" in value && "shape" in value;
}

function toArray({ dtype, shape, data }: ListArray): NdArray {
  const typed = dtype === "float64" ? Float64Array.from(data) : Float32Array.from(data);
  return ndarray(dtype, shape, typed as TypedArrays[DType]);
}

/** The 9 digits that tell every float32 from its neighbours, where float64 would write 17. */
function roundFloat32(value: number): number {
  return Number(value.toPrecision(9));
}

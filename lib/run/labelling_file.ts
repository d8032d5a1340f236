import { type NdArray, ndarray } from "../array/ndarray.ts";
import { encodeNpz, readNpz } from "../data/npz.ts";
import { InputError } from "../input_error.ts";
import type { LabellingSpace } from "../labelling/labelling_space.ts";
import { type Run, RUN_FILES } from "./run_folder.ts";

/** What a run without labels keeps of its training images, so that they can be labelled. */
export interface LabellingData {
  readonly space: LabellingSpace;
  /** Where each image lies on a map, `[count, 2]`. */
  readonly map: NdArray<"float32">;
  /** The images, made smaller if they are large, `[count, height, width, channels]`. */
  readonly thumbnails: NdArray<"uint8">;
}

/** The bytes of `labelling.npz`. */
export function encodeLabelling(
  { space: { neighbours, isolation, clusters, middles }, map, thumbnails }: LabellingData,
): Uint8Array<ArrayBuffer> {
  return encodeNpz({
    neighbours,
    isolation: ndarray("float32", [isolation.length], isolation),
    cluster: ndarray("int32", [clusters.length], clusters),
    middle: ndarray("int32", [middles.length], middles),
    map,
    thumbnails,
  }, { compress: true });
}

/**
 * Reads `labelling.npz`.
 *
 * @throws {InputError} If it is missing, or an array does not fit the others.
 */
export async function readLabelling(run: Run): Promise<LabellingData> {
  const arrays = await readNpz(await run.read(RUN_FILES.labelling));
  const [count] = arrays.thumbnails?.shape ?? [0];
  const read = (name: string, dtype: NdArray["dtype"], shape: readonly (number | undefined)[]) => {
    const array = arrays[name];
    const fits = array?.dtype === dtype && array.shape.length === shape.length &&
      shape.every((size, axis) => size === undefined || size === array.shape[axis]);
    if (fits) return array;
    throw new InputError(
      `Cannot read "${run.dir}/${RUN_FILES.labelling}": ${name} ${
        array === undefined ? "is missing" : `is ${array.dtype}[${array.shape}]`
      }, ${dtype}[${shape.map((size) => size ?? "any")}] is needed`,
    );
  };
  const rows = (name: string, limit: number, shape: readonly (number | undefined)[]) => {
    const array = read(name, "int32", shape) as NdArray<"int32">;
    if (array.data.every((row) => row >= 0 && row < limit)) return array;
    throw new InputError(
      `Cannot read "${run.dir}/${RUN_FILES.labelling}": ${name} has a value that is none of 0 to ${
        limit - 1
      }`,
    );
  };
  const thumbnails = read("thumbnails", "uint8", [undefined, undefined, undefined, undefined]);
  const map = read("map", "float32", [count, 2]) as NdArray<"float32">;
  const isolation = read("isolation", "float32", [count]) as NdArray<"float32">;
  for (const [name, { data }] of Object.entries({ map, isolation })) {
    if (data.every(Number.isFinite)) continue;
    throw new InputError(
      `Cannot read "${run.dir}/${RUN_FILES.labelling}": ${name} has a value that is not finite`,
    );
  }
  const middles = rows("middle", count, [undefined]);
  return {
    space: {
      neighbours: rows("neighbours", count, [count, undefined]),
      isolation: isolation.data,
      clusters: rows("cluster", Math.max(1, middles.data.length), [count]).data,
      middles: middles.data,
    },
    map,
    thumbnails: thumbnails as NdArray<"uint8">,
  };
}

/**
 * The name of each training image: of its file in its folder, or of an image of an array its row.
 *
 * @param count The number of images.
 * @throws {InputError} If `image_names.json` is damaged.
 */
export async function readImageNames(run: Run, count: number): Promise<readonly string[]> {
  if (!Object.hasOwn(run.manifest.files, RUN_FILES.imageNames)) {
    return Array.from({ length: count }, (_, row) => String(row));
  }
  const text = new TextDecoder().decode(await run.read(RUN_FILES.imageNames));
  const names: unknown = JSON.parse(text);
  const isNames = Array.isArray(names) && names.length === count &&
    names.every((name) => typeof name === "string");
  if (isNames) return names;
  throw new InputError(
    `Cannot read "${run.dir}/${RUN_FILES.imageNames}": it does not hold ${count} names`,
  );
}

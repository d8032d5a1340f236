import { InputError } from "../input_error.ts";
import type { ByteSource } from "./bytes.ts";
import { readNpyHeader } from "./npy.ts";

/** What names images go by, in the files of the world. */
export const IMAGE_KEYS: readonly string[] = ["images", "data", "x", "X", "arr_0"];

/** What names labels go by. */
export const LABEL_KEYS: readonly string[] = ["labels", "label", "y", "targets", "target", "arr_1"];

/** How to choose an array by its key. */
export interface ChooseOptions {
  /** How messages name the file, quotes included. */
  name: string;
  /** The key, if the user gave it. */
  key: string | undefined;
  /** What the array is wanted for. */
  wanted: "images" | "labels";
}

/**
 * Chooses the images or labels of an `.npz` file: by the given key, else by common names. Images may
 * have any name if they are the only array; labels may be missing.
 *
 * @throws {InputError} If there is no such array, or several have a common name.
 */
export async function chooseArray(
  arrays: ReadonlyMap<string, ByteSource>,
  options: ChooseOptions,
): Promise<ByteSource | undefined> {
  const { name, key, wanted } = options;
  const fault = async (found: string) =>
    new InputError(
      `Cannot find ${wanted} in ${name}: ${found}, name one of ${await listArrays(arrays)} ` +
        `with --${wanted}-key`,
    );
  if (key !== undefined) {
    const array = arrays.get(key);
    if (array === undefined) throw await fault(`it has no array ${JSON.stringify(key)}`);
    return array;
  }
  const common = wanted === "images" ? IMAGE_KEYS : LABEL_KEYS;
  const candidates = common.filter((name) => arrays.has(name));
  if (candidates.length > 1) {
    throw await fault(
      `${candidates.map((key) => JSON.stringify(key)).join(" and ")} could both be`,
    );
  }
  if (candidates.length === 1) return arrays.get(candidates[0]);
  if (wanted === "labels") return undefined;
  if (arrays.size === 1) return [...arrays.values()][0];
  throw await fault("no array has a common name");
}

/** Keys with their shapes, as `"x_train" [60000, 28, 28]`. */
async function listArrays(arrays: ReadonlyMap<string, ByteSource>): Promise<string> {
  const listed: string[] = [];
  for (const [key, source] of arrays) {
    const { shape } = await readNpyHeader(source);
    listed.push(`${JSON.stringify(key)} [${shape.join(", ")}]`);
  }
  return listed.join(", ");
}

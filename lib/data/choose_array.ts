import { InputError } from "../input_error.ts";
import type { ByteSource } from "./bytes.ts";
import { readNpyHeader } from "./npy.ts";

/** Common names of images. */
export const IMAGE_KEYS: readonly string[] = ["images", "data", "x", "X", "arr_0"];

/** Common names of labels. */
export const LABEL_KEYS: readonly string[] = ["labels", "label", "y", "targets", "target", "arr_1"];

/** What the images of a file are for, where one file holds several parts. */
export type Role = "train" | "val" | "test";

/** The names that Keras and others give to the part of a role. */
const ROLE_KEYS = {
  images: (role: Role) => [`x_${role}`, `X_${role}`, `${role}_images`, `${role}_x`],
  labels: (role: Role) => [`y_${role}`, `Y_${role}`, `${role}_labels`, `${role}_y`],
};

/** How to choose an array by its key. */
export interface ChooseOptions {
  /** How messages name the file, quotes included. */
  name: string;
  /** The key, if the user gave it. */
  key: string | undefined;
  /** What the array is wanted for. */
  wanted: "images" | "labels";
  role?: Role | undefined;
  /** What stands before `images-key` and `labels-key` in the flags that give keys. @default {""} */
  keyPrefix?: string | undefined;
}

/** Whether an `.npz` file has images and labels under the names of a role. */
export function hasRole(arrays: { has(key: string): boolean }, role: Role): boolean {
  return ROLE_KEYS.images(role).some((key) => arrays.has(key)) &&
    ROLE_KEYS.labels(role).some((key) => arrays.has(key));
}

/**
 * Chooses the images or labels of an `.npz` file: by the given key, else by the names of the role,
 * else by common names. Images may have any name if they are the only array; labels may be missing.
 *
 * @throws {InputError} If there is no such array, or several have a common name.
 */
export async function chooseArray(
  arrays: ReadonlyMap<string, ByteSource>,
  options: ChooseOptions,
): Promise<ByteSource | undefined> {
  const { name, key, wanted, role, keyPrefix = "" } = options;
  const fault = async (found: string) =>
    new InputError(
      `Cannot find ${wanted} in ${name}: ${found}, name one of ${await listArrays(arrays)} ` +
        `with --${keyPrefix}${wanted}-key`,
    );
  if (key !== undefined) {
    const array = arrays.get(key);
    if (array === undefined) throw await fault(`it has no array ${JSON.stringify(key)}`);
    return array;
  }
  const inFile = (keys: readonly string[]) => keys.filter((name) => arrays.has(name));
  const ofRole = role === undefined ? [] : inFile(ROLE_KEYS[wanted](role));
  const candidates = ofRole.length > 0
    ? ofRole
    : inFile(wanted === "images" ? IMAGE_KEYS : LABEL_KEYS);
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

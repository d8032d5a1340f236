import { checkConstraints, isIntegerFrom, isNumberAbove } from "../constraints.ts";
import { InputError } from "../input_error.ts";
import { Random } from "../array/random.ts";
import { take } from "../array/rows.ts";
import type { Images, LabelledImages } from "./dataset.ts";

/** Options of {@linkcode sampleLabelled}. */
export interface SampleOptions {
  /** Images to sample of each class. */
  perClass: number;
  seed: number;
}

/** Options of {@linkcode splitImages}. */
export interface SplitOptions {
  /** Images to hold out: a whole number, or a part of all in (0, 1). */
  heldOut: number;
  seed: number;
}

/** The distinct labels, ascending. */
export function classesOf(labels: Int32Array): number[] {
  return [...new Set(labels)].sort((a, b) => a - b);
}

/**
 * Puts a label to each image.
 *
 * @throws {InputError} If there are not as many labels as images.
 */
export function labelImages(images: Images, labels: Int32Array): LabelledImages {
  if (labels.length !== images.shape[0]) {
    throw new InputError(
      `Cannot label images: there are ${labels.length} labels for ${images.shape[0]} images, ` +
        "one each is needed",
    );
  }
  return { images, labels };
}

/** The images and labels of given indices, in that order, copied. */
export function takeLabelled(labelled: LabelledImages, indices: ArrayLike<number>): LabelledImages {
  const { images, labels } = labelled;
  return {
    images: take(images, indices),
    labels: Int32Array.from(indices, (index) => labels[index]),
  };
}

/**
 * Keeps the images of some classes, in their order.
 *
 * @throws {InputError} If a class has no image.
 */
export function filterClasses(
  labelled: LabelledImages,
  classes: readonly number[],
): LabelledImages {
  checkClasses(labelled.labels, classes);
  const wanted = new Set(classes);
  const indices: number[] = [];
  labelled.labels.forEach((label, i) => wanted.has(label) && indices.push(i));
  return takeLabelled(labelled, indices);
}

/**
 * Checks that labels have an image of each of some classes.
 *
 * @throws {InputError} If one has none.
 */
export function checkClasses(labels: Int32Array, classes: readonly number[]): void {
  const present = new Set(labels);
  for (const label of classes) {
    if (present.has(label)) continue;
    throw new InputError(
      `Cannot use class ${label}: no image has that label, the labels are ${
        classesOf(labels).join(", ")
      }`,
    );
  }
}

/**
 * Samples a few labelled images of every class and takes them out of the rest.
 *
 * @returns The sample, class after class, and the rest in their order.
 * @throws {InputError} If a class has fewer images than are to be sampled.
 */
export function sampleLabelled(
  labelled: LabelledImages,
  options: SampleOptions,
): { labelled: LabelledImages; rest: LabelledImages } {
  const { perClass, seed } = options;
  if (!Number.isInteger(perClass) || perClass < 1) {
    throw new InputError(
      `Cannot sample ${perClass} labelled images of each class: a positive integer is needed`,
    );
  }
  const random = new Random(seed, "labels");
  const sampled: number[] = [];
  for (const label of classesOf(labelled.labels)) {
    const members: number[] = [];
    labelled.labels.forEach((other, i) => other === label && members.push(i));
    if (members.length < perClass) {
      throw new InputError(
        `Cannot sample ${perClass} labelled images of class ${label}: it has ${members.length}`,
      );
    }
    const order = random.permutation(members.length);
    for (let i = 0; i < perClass; i++) sampled.push(members[order[i]]);
  }
  return {
    labelled: takeLabelled(labelled, sampled),
    rest: takeLabelled(labelled, complement(sampled, labelled.labels.length)),
  };
}

/**
 * Holds some images out of training, to validate with.
 *
 * @returns Both parts in the order they had.
 * @throws {InputError} If either part would be empty.
 */
export function splitImages(
  images: Images,
  options: SplitOptions,
): { kept: Images; heldOut: Images } {
  const { kept, heldOut } = splitRows(images.shape[0], options);
  return { kept: take(images, kept), heldOut: take(images, heldOut) };
}

/**
 * The rows of {@linkcode splitImages}, both parts ascending.
 *
 * @throws {InputError} If either part would be empty.
 */
export function splitRows(
  count: number,
  { heldOut: size, seed }: SplitOptions,
): { kept: number[]; heldOut: number[] } {
  checkConstraints({ count, seed }, [
    ["count", "an integer of 0 or more", isIntegerFrom(0)],
    ["seed", "an integer of 0 or more", isIntegerFrom(0)],
  ], "hold out images");
  const held = size < 1 ? Math.round(size * count) : size;
  if (!Number.isInteger(held) || held < 1 || held >= count) {
    throw new InputError(
      `Cannot hold out ${size} of ${count} images: at least one must be held out and one kept`,
    );
  }
  const heldOut = [...new Random(seed, "held out").permutation(count).subarray(0, held).sort()];
  return { kept: complement(heldOut, count), heldOut };
}

/**
 * Holds a share of each class out of training, at least one image of each.
 *
 * @param options `heldOut`: a part of all in (0, 1); `nameOf`: how messages call a class.
 * @returns The rows of both parts, ascending.
 * @throws {InputError} If a class has one image only.
 */
export function splitByClass(
  labels: Int32Array,
  { heldOut: share, seed, nameOf = String }: SplitOptions & { nameOf?: (label: number) => string },
): { kept: number[]; heldOut: number[] } {
  checkConstraints(
    { heldOut: share },
    [["heldOut", "a number above 0", isNumberAbove(0)]],
    "hold out images",
  );
  const members = new Map<number, number[]>(classesOf(labels).map((label) => [label, []]));
  labels.forEach((label, row) => members.get(label)!.push(row));
  const random = new Random(seed, "held out");
  const heldOut = [...members].flatMap(([label, rows]) => {
    const count = Math.max(1, Math.round(share * rows.length));
    if (count >= rows.length) {
      throw new InputError(
        `Cannot hold out a share of ${share} of class ${nameOf(label)}: it has ${
          rows.length === 1 ? "one image" : `${rows.length} images`
        }, at least one must be held out and one kept; --validation-split 0 holds out none`,
      );
    }
    return Array.from(random.permutation(rows.length).subarray(0, count), (at) => rows[at]);
  }).sort((a, b) => a - b);
  return { kept: complement(heldOut, labels.length), heldOut };
}

/** The integers of `[0, count)` that are not given, ascending. */
function complement(indices: Iterable<number>, count: number): number[] {
  const given = new Set(indices);
  const others: number[] = [];
  for (let i = 0; i < count; i++) if (!given.has(i)) others.push(i);
  return others;
}

/** Rows of a random sample, of each class as many while there are, and the others in random order. */
export function sampleEvenly(
  labels: Int32Array,
  { count, random }: { count: number; random: Random },
): { sampled: number[]; others: number[] } {
  checkConstraints(
    { count },
    [["count", "an integer of 0 or more", isIntegerFrom(0)]],
    "sample images",
  );
  const before = new Map<number, number>();
  const turns = Array.from(random.permutation(labels.length), (row) => {
    const turn = before.get(labels[row]) ?? 0;
    before.set(labels[row], turn + 1);
    return { row, turn };
  });
  // Stable: within a turn the rows stay in random order.
  const rows = turns.sort((a, b) => a.turn - b.turn).map(({ row }) => row);
  return { sampled: rows.slice(0, count), others: rows.slice(count) };
}

import { InputError } from "../input_error.ts";
import type { Role } from "./choose_array.ts";
import { joinClasses, namesOfClasses, some } from "./classes.ts";
import { readLabelled } from "./labels_csv.ts";
import { type LoadedImages, loadImages, type LoadImagesOptions } from "./load_images.ts";
import { NAMED_DATASETS } from "./named_datasets.ts";
import { holdsTestImages } from "./open_images.ts";

/** Options of {@linkcode loadParts}: paths, and how all of them are read. */
export interface LoadPartsOptions extends
  Omit<
    LoadImagesOptions,
    "role" | "keyPrefix" | "expectedWhite" | "labels"
  > {
  train: string;
  /** Images, or a `.csv` of labels of images to train on, as {@linkcode readLabelled} takes it. */
  val?: string | undefined;
  /** By default the test images that come with the training images, if any do. */
  test?: string | undefined;
  /** Whether the labels of the training images are used. @default {true} */
  trainLabels?: boolean | undefined;
  /** Keeps only these classes of the training images. @default {classes} */
  trainClasses?: readonly (string | number)[] | undefined;
  valImagesKey?: string | undefined;
  valLabelsKey?: string | undefined;
  testImagesKey?: string | undefined;
  testLabelsKey?: string | undefined;
}

/** Images to train on, to validate on or with the few labels, and to test on, with one set of classes. */
export interface LoadedParts {
  readonly train: LoadedImages;
  readonly val?: LoadedImages;
  readonly test?: LoadedImages;
  /** The number that was white in the training images. */
  readonly white: number;
  /** The names of labels 0, 1, … of every part. */
  readonly classNames?: readonly string[];
  /** Sentences about what was assumed. */
  readonly warnings: readonly string[];
}

/**
 * Loads the images of a training. Classes are joined by name: a class has one number in every part,
 * whichever classes the others have.
 *
 * @throws {InputError} If images cannot be read, or differ in size or all classes.
 */
export async function loadParts(options: LoadPartsOptions): Promise<LoadedParts> {
  const { trainLabels = true, trainClasses = trainLabels ? options.classes : undefined } = options;
  const train = await loadImages(options.train, {
    ...options,
    role: "train",
    // To keep some classes their labels are needed all the same.
    labels: trainLabels || trainClasses !== undefined,
    classes: trainClasses,
  });
  const loadPart = async (role: Exclude<Role, "train">, path: string | undefined) => {
    if (path === undefined) return undefined;
    if (role === "val" && /\.csv$/i.test(path)) return await readLabelled(path, train, options);
    const part = await loadImages(path, {
      ...options,
      channels: options.channels ?? train.images.shape[3],
      role,
      keyPrefix: `${role}-`,
      imagesKey: options[`${role}ImagesKey`],
      labelsKey: options[`${role}LabelsKey`],
      expectedWhite: train.white,
    });
    checkSameSize(part, train, path);
    return part;
  };
  const testPath = options.test ?? await ownTestImages(options);
  const [val, test] = [await loadPart("val", options.val), await loadPart("test", testPath)];
  return joinParts({ train, val, test }, { ...options, trainLabels, test: testPath });
}

/** Where the test images are that come with training images. */
async function ownTestImages(
  { train, maxBytes }: LoadPartsOptions,
): Promise<string | undefined> {
  if (Object.hasOwn(NAMED_DATASETS, train)) return `${train}:test`;
  return await holdsTestImages(train, { maxBytes }) ? train : undefined;
}

type Parts = { train: LoadedImages; val: LoadedImages | undefined; test: LoadedImages | undefined };

function joinParts(
  { train, val, test }: Parts,
  { trainLabels, ...paths }: {
    trainLabels: boolean;
    val?: string | undefined;
    test?: string | undefined;
  },
): LoadedParts {
  const base = trainLabels ? train : val;
  const warnings = [train, val, test].flatMap((part) => part?.warnings ?? []);
  let { classNames } = base ?? {};
  const joined = (part: LoadedImages | undefined, path: string | undefined) => {
    if (part?.labels === undefined || base?.labels === undefined || part === base) return part;
    const known = { ...base, labels: base.labels, classNames };
    const join = joinClasses(known, { ...part, labels: part.labels }, {
      name: JSON.stringify(path),
    });
    warnings.push(...join.warnings);
    if (join.unknown.length > 0) {
      warnings.push(
        `no labelled image to learn from has the classes ${some(join.unknown)} of "${path}"`,
      );
    }
    classNames = join.classNames;
    return { ...part, labels: join.labels };
  };
  if (train.unusedClasses !== undefined && base?.labels !== undefined) {
    const known = namesOfClasses({ labels: base.labels, ...classNames && { classNames } });
    warnings.push(...withoutLabels(train.unusedClasses, known));
  }
  const parts = { val: joined(val, paths.val), test: joined(test, paths.test) };
  return {
    train,
    ...parts.val && { val: parts.val },
    ...parts.test && { test: parts.test },
    white: train.white,
    ...classNames && { classNames },
    warnings: [...new Set(warnings)],
  };
}

/** Says which classes of the training images have no labelled image. */
function withoutLabels(all: readonly string[], known: readonly string[]): string[] {
  const missing = all.filter((name) => !known.includes(name));
  // Folders that share no name with the classes are no classes.
  if (missing.length === 0 || missing.length === all.length) return [];
  return [
    `no labelled image of --val has the classes ${
      some(missing)
    } of the training images, which will ` +
    "be given other classes: label some of each",
  ];
}

function checkSameSize({ images }: LoadedImages, train: LoadedImages, path: string): void {
  const [size, expected] = [images, train.images].map(({ shape }) => shape.slice(1).join("x"));
  if (size === expected) return;
  throw new InputError(
    `Cannot use "${path}": its images are ${size}, the training images ${expected}, ` +
      "--size resizes all",
  );
}

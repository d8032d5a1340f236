import { ndarray } from "../../lib/array/ndarray.ts";
import { join, take } from "../../lib/array/rows.ts";
import { Random } from "../../lib/array/random.ts";
import { filterClasses, type LabelledImages, takeLabelled } from "../../lib/data/mod.ts";
import { decodeImage, describeImage } from "../../lib/data/image_file.ts";
import { loadImages } from "../../lib/data/load_images.ts";
import { NAMED_DATASETS } from "../../lib/data/named_datasets.ts";
import type { ImageSource } from "../../lib/data/image_source.ts";
import { InputError } from "../../lib/input_error.ts";
import { cutPatches } from "./patches.ts";

/** Images to learn from, of which a few are shown with labels, and images to score on. */
export interface Split {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** Where files are that no package brings. */
export interface Paths {
  /** A folder with `train/CLASS/` and `test/CLASS/` of CIFAR-10 as JPEG files. */
  readonly cifar?: string | undefined;
}

/** One row of the table. */
export interface DataSet {
  readonly title: string;
  /** Labelled images of each class. @default {5} */
  readonly perClass?: number;
  /**
   * The images in a fixed random order.
   *
   * @param development Score on images held out of the training images, so that choices never see
   * the test images.
   */
  load(options: { development: boolean } & Paths): Promise<Split>;
}

/** The rows by name: to add one, add a line. */
export const SETS: Readonly<Record<string, DataSet>> = {
  digits: { title: "scikit-learn digits, 8x8", load: loadDigits },
  mnist: { title: "MNIST, ten classes", load: (o) => named("mnist", o) },
  fashion: { title: "Fashion-MNIST, ten classes", load: (o) => named("fashion-mnist", o) },
  coats: {
    title: "Fashion-MNIST, pullover, coat, shirt",
    load: async (o) => classes(await named("fashion-mnist", o), [2, 4, 6]),
  },
  "mnist-148": {
    title: "MNIST, 1, 4, 8",
    load: async (o) => classes(await named("mnist", o), [1, 4, 8]),
  },
  skewed: {
    title: "MNIST, 1, 4, 8 at 90/5/5 %",
    load: async (o) => {
      const { train, test } = classes(await named("mnist", o), [1, 4, 8]);
      return { train: portions(train, [5400, 300, 300]), test: portions(test, [900, 50, 50]) };
    },
  },
  "one-label": {
    title: "MNIST, 1, 4, 8, one label a class",
    perClass: 1,
    load: async (o) => first(classes(await named("mnist", o), [1, 4, 8]), 4000),
  },
  "60-images": {
    title: "MNIST, 1, 4, 8, 60 images",
    load: async (o) => first(classes(await named("mnist", o), [1, 4, 8]), 60),
  },
  "20-classes": {
    title: "MNIST and Fashion-MNIST, 20 classes",
    load: async (o) => {
      const [digits, clothes] = [await named("mnist", o), await named("fashion-mnist", o)];
      const both = (a: LabelledImages, b: LabelledImages) =>
        shuffled({
          images: join([a.images, b.images]),
          labels: Int32Array.of(...a.labels, ...b.labels.map((label) => label + 10)),
        });
      return {
        train: both(first(digits, 7500).train, first(clothes, 7600).train),
        test: both(digits.test, clothes.test),
      };
    },
  },
  patches: { title: "colour patches of ten photographs, 64x64", load: loadPatches },
  cifar: { title: "CIFAR-10, JPEG, 10,000 images", load: loadCifar },
};

/** A named data set, both parts in a fixed random order; 5/6 and 1/6 of its training images for development. */
async function named(name: string, { development }: { development: boolean }): Promise<Split> {
  const train = shuffled(await readAll(await NAMED_DATASETS[name].open("train")));
  if (!development) {
    return { train, test: shuffled(await readAll(await NAMED_DATASETS[name].open("test"))) };
  }
  return cut(train, 50_000);
}

async function readAll(source: ImageSource): Promise<LabelledImages> {
  const parts = [];
  for await (const chunk of source.chunks(1000)) parts.push(chunk);
  return { images: join(parts), labels: source.labels! };
}

/** The folder of a package of the Python that the benches are compared with. */
async function packageFolder(name: string): Promise<string> {
  const python = Deno.env.get("GLIMPSE_PYTHON") ?? "python3";
  const code = `import os, ${name}; print(os.path.dirname(${name}.__file__))`;
  const { success, stdout } = await new Deno.Command(python, { args: ["-c", code] }).output();
  if (!success) throw new InputError(`Cannot load images: ${python} has no package ${name}`);
  return new TextDecoder().decode(stdout).trim();
}

/** `sklearn.datasets.load_digits`, from the file that scikit-learn brings. */
async function loadDigits({ development }: { development: boolean }): Promise<Split> {
  const folder = await packageFolder("sklearn");
  const file = await Deno.open(`${folder}/datasets/data/digits.csv.gz`);
  const text = await new Response(file.readable.pipeThrough(new DecompressionStream("gzip")))
    .text();
  const rows = text.trim().split("\n").map((line) => line.split(",").map(Number));
  const pixels = Float32Array.from(rows.flatMap((row) => row.slice(0, 64)), (value) => value / 16);
  const all = shuffled({
    images: ndarray("float32", [rows.length, 8, 8, 1], pixels),
    labels: Int32Array.from(rows, (row) => row[64]),
  });
  const { train, test } = cut(all, 1300);
  return development ? cut(train, 1000) : { train, test };
}

/** Photographs that scikit-image and scikit-learn bring. */
const PHOTOS = {
  skimage: [
    "data/astronaut.png",
    "data/chelsea.png",
    "data/coffee.png",
    "data/hubble_deep_field.jpg",
    "data/ihc.png",
    "data/motorcycle_left.png",
    "data/retina.jpg",
    "data/rocket.jpg",
  ],
  sklearn: ["datasets/images/china.jpg", "datasets/images/flower.jpg"],
} as const;

/**
 * Patches of photographs, each a class: test patches lie in the right quarter of each, development
 * patches in the fifth before it, and those to train on left of them.
 */
async function loadPatches({ development }: { development: boolean }): Promise<Split> {
  const photos = [];
  for (const [name, files] of Object.entries(PHOTOS)) {
    const folder = await packageFolder(name);
    for (const path of files.map((file) => `${folder}/${file}`)) {
      const { height, width } = await describeImage(path);
      const options = { height, width, channels: 3, background: "white" };
      const { pixels } = await decodeImage(path, options);
      photos.push(ndarray("uint8", [1, height, width, 3], pixels));
    }
  }
  const [learned, scored] = development
    ? [{ from: 0, to: 0.55 }, { from: 0.55, to: 0.75 }]
    : [{ from: 0, to: 0.75 }, { from: 0.75, to: 1 }];
  return {
    train: shuffled(cutPatches(photos, { ...learned, perPhoto: 500, seed: 0 })),
    test: shuffled(cutPatches(photos, { ...scored, perPhoto: 100, seed: 0 })),
  };
}

async function loadCifar({ development, cifar }: { development: boolean } & Paths): Promise<Split> {
  if (cifar === undefined) {
    throw new InputError("Cannot load CIFAR-10: a folder of JPEG files is needed, by --cifar PATH");
  }
  const read = async (part: string) => {
    const { images, labels } = await loadImages(`${cifar}/${part}`);
    return shuffled({ images, labels: labels! });
  };
  const train = await read("train");
  return development
    ? { train: cut(train, 10_000).train, test: cut(cut(train, 10_000).test, 2000).train }
    : { train: cut(train, 10_000).train, test: await read("test") };
}

/** The same images in a random order that is always the same. */
function shuffled(all: LabelledImages): LabelledImages {
  return takeLabelled(all, new Random(0, "order").permutation(all.labels.length));
}

function cut(all: LabelledImages, count: number): Split {
  const rows = Array.from(all.labels, (_, i) => i);
  return {
    train: takeLabelled(all, rows.slice(0, count)),
    test: takeLabelled(all, rows.slice(count)),
  };
}

/** Some classes, which become 0, 1, … */
function classes({ train, test }: Split, wanted: readonly number[]): Split {
  const keep = (all: LabelledImages) => {
    const { images, labels } = filterClasses(all, wanted);
    return { images, labels: labels.map((label) => wanted.indexOf(label)) };
  };
  return { train: keep(train), test: keep(test) };
}

function first({ train, test }: Split, count: number): Split {
  return { train: cut(train, count).train, test };
}

/** The first so many images of each class, in random order. */
function portions({ images, labels }: LabelledImages, counts: readonly number[]): LabelledImages {
  const left = [...counts];
  const rows: number[] = [];
  labels.forEach((label, i) => left[label]-- > 0 && rows.push(i));
  return shuffled({
    images: take(images, rows),
    labels: Int32Array.from(rows, (row) => labels[row]),
  });
}

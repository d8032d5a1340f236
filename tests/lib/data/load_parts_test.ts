import { assertEquals, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import sharp from "sharp";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import {
  type LoadedParts,
  loadParts,
  type LoadPartsOptions,
} from "../../../lib/data/load_parts.ts";
import { encodeNpz } from "../../../lib/data/npz.ts";
import { InputError } from "../../../lib/input_error.ts";
import { inFolder } from "./_fixtures.ts";

/** The grey of every image of a class, so that images tell which class they are of. */
const GREYS: Record<string, number> = { a: 40, b: 90, c: 140, "10": 190, "9": 240 };

/** Writes a folder with two images of each class, or a flat one. */
async function writeFolder(folder: string, classes: readonly string[], flat = false) {
  for (const [i, name] of classes.entries()) {
    for (const n of [0, 1]) {
      const path = flat ? `${folder}/${i}-${n}.png` : `${folder}/${name}/${n}.png`;
      await Deno.mkdir(dirname(path), { recursive: true });
      const pixels = new Uint8Array(16).fill(GREYS[name]);
      const png = sharp(pixels, { raw: { height: 4, width: 4, channels: 1 } });
      await Deno.writeFile(path, await png.toColourspace("b-w").png().toBuffer());
    }
  }
}

/** The names of the classes of the images, by their greys and by their labels. */
function namesOf(part: LoadedParts["train"], classNames: readonly string[] | undefined) {
  return Array.from(part.labels!, (label, i) => {
    const grey = part.images.data[16 * i];
    return [
      Object.keys(GREYS).find((name) => GREYS[name] === grey),
      classNames?.[label] ?? String(label),
    ];
  });
}

Deno.test("loadParts() gives each image the name of its folder, whichever classes a part lacks", async () => {
  await inFolder(async (place) => {
    const random = new Random(4);
    const all = Object.keys(GREYS);
    const some = () => all.filter(() => random.uniform() < 0.6);
    for (let i = 0; i < 25; i++) {
      const parts = { train: some(), val: some(), test: some() };
      const { train, val, test } = parts;
      if ([train, val, test].some((part) => part.length === 0)) continue;
      const folder = (role: keyof typeof parts) => place(`${i}/${role}`);
      for (const role of ["train", "val", "test"] as const) {
        await writeFolder(folder(role), parts[role], role === "train" && i % 2 === 1);
      }
      const options: LoadPartsOptions = {
        train: folder("train"),
        val: folder("val"),
        test: folder("test"),
        trainLabels: i % 2 === 0,
      };
      const base = i % 2 === 0 ? train : val;
      const others = i % 2 === 0 ? [val, test] : [test];
      if (others.some((other) => !other.some((name) => base.includes(name)))) {
        await assertRejects(() => loadParts(options), InputError, "Cannot join the classes");
        continue;
      }
      const loaded = await loadParts(options);
      for (const part of [loaded.val!, loaded.test!, ...i % 2 === 0 ? [loaded.train] : []]) {
        for (const [grey, name] of namesOf(part, loaded.classNames)) {
          // Beside classes of numbers a class that is not known has no name, but no other's number.
          if (base.includes(grey!) || loaded.classNames !== undefined) assertEquals(name, grey);
          else assertEquals(base.includes(name!), false);
        }
      }
    }
  });
});

function arraysOf(count: number, offset = 0): Record<"images" | "labels", NdArray> {
  const labels = Int32Array.from({ length: count }, (_, i) => (i + offset) % 3);
  return {
    images: ndarray("uint8", [count, 4, 4], new Uint8Array(16 * count).fill(200 + offset)),
    labels: ndarray("int32", [count], labels),
  };
}

Deno.test("loadParts() reads Keras's keys, alone and beside another --val and --test", async () => {
  await inFolder(async (place) => {
    const [train, test] = [arraysOf(9), arraysOf(6, 1)];
    const keras = {
      x_train: train.images,
      y_train: train.labels,
      x_test: test.images,
      y_test: test.labels,
    };
    await Deno.writeFile(place("keras.npz"), encodeNpz(keras));
    await Deno.writeFile(place("few.npz"), encodeNpz(arraysOf(3, 2)));
    const odd = arraysOf(3, 5);
    await Deno.writeFile(
      place("odd.npz"),
      encodeNpz({ pics: odd.images, kinds: odd.labels, z: odd.labels }),
    );
    const firsts = ({ train, val, test }: LoadedParts) =>
      [train, val, test].map((part) => part && [part.images.shape[0], part.images.data[0]]);
    const alone = await loadParts({ train: place("keras.npz") });
    assertEquals(firsts(alone), [[9, 200], undefined, [6, 201]]);
    assertEquals(alone.test!.labels, test.labels.data);
    const beside = await loadParts({
      train: place("keras.npz"),
      val: place("few.npz"),
      trainLabels: false,
    });
    assertEquals(firsts(beside), [[9, 200], [3, 202], [6, 201]]);
    const keys = { testImagesKey: "pics", testLabelsKey: "kinds" };
    const given = await loadParts({ train: place("few.npz"), test: place("odd.npz"), ...keys });
    assertEquals(firsts(given), [[3, 202], undefined, [3, 205]]);
    await assertRejects(
      () => loadParts({ train: place("few.npz"), test: place("odd.npz") }),
      InputError,
      "with --test-images-key",
    );
  });
});

Deno.test("loadParts() reads names and one-hot rows as labels, and joins them", async () => {
  await inFolder(async (place) => {
    const { images } = arraysOf(4);
    const write = (name: string, labels: NdArray) =>
      Deno.writeFile(place(name), encodeNpz({ images, labels }));
    await write(
      "hot.npz",
      ndarray("float32", [4, 3], Float32Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1)),
    );
    await write("numbers.npz", ndarray("int64", [4, 1], BigInt64Array.of(2n, 0n, 1n, 2n)));
    const { train, test, warnings } = await loadParts({
      train: place("hot.npz"),
      test: place("numbers.npz"),
    });
    assertEquals(train.labels, Int32Array.of(2, 0, 1, 2));
    assertEquals([test!.labels, warnings], [train.labels, []]);
  });
});

Deno.test("loadParts() has one white for every part, and says where images do not fit it", async () => {
  await inFolder(async (place) => {
    const write = (name: string, max: number) =>
      Deno.writeFile(
        place(name),
        encodeNpz({
          images: ndarray("float64", [2, 2, 2], Float64Array.of(0, 1, 2, max, 0, 0, 3, 4)),
          labels: ndarray("int32", [2], Int32Array.of(0, 1)),
        }),
      );
    await write("train.npz", 16);
    await write("test.npz", 13);
    await write("bright.npz", 255);
    const of = async (test: string, white?: number) => {
      const parts = await loadParts({ train: place("train.npz"), test: place(test), white });
      return [parts.white, parts.test!.images.data[3], parts.warnings.length];
    };
    assertEquals(await of("test.npz"), [16, 13 / 16, 1]);
    assertEquals(await of("test.npz", 16), [16, 13 / 16, 0]);
    assertEquals(await of("bright.npz"), [16, 1, 2]);
  });
});

Deno.test("loadParts() converts parts to the channels of the training images", async () => {
  await inFolder(async (place) => {
    const colour = ndarray("uint8", [3, 4, 4, 3], new Uint8Array(144).fill(200));
    const { images, labels } = arraysOf(3);
    await Deno.writeFile(place("grey.npz"), encodeNpz({ images, labels }));
    await Deno.writeFile(place("colour.npz"), encodeNpz({ images: colour, labels }));
    for (const [train, test, channels] of [["grey", "colour", 1], ["colour", "grey", 3]] as const) {
      const parts = await loadParts({ train: place(`${train}.npz`), test: place(`${test}.npz`) });
      assertEquals(parts.test!.images.shape, [3, 4, 4, channels]);
      assertEquals(new Set(parts.test!.images.data), new Set([200]));
    }
  });
});

Deno.test("loadParts() names classes of the training images that no labelled image has", async () => {
  await inFolder(async (path) => {
    await writeFolder(path("train"), ["a", "b", "c"]);
    await writeFolder(path("val"), ["a", "c"]);
    await writeFolder(path("others/2019"), ["a"], true);
    await writeFolder(path("others/2020"), ["b"], true);
    const warningsOf = async (train: string, val = "val") => {
      const paths = { train: path(train), val: path(val) };
      return (await loadParts({ ...paths, trainLabels: false })).warnings;
    };
    const [warning, ...others] = await warningsOf("train");
    assertEquals(others, []);
    assertEquals(warning.includes('no labelled image of --val has the classes "b"'), true);
    assertEquals(await warningsOf("val", "train"), []);
    // Folders that are no classes.
    assertEquals(await warningsOf("others"), []);
  });
});

Deno.test("loadParts() takes labels of images to train on from a table", async () => {
  await inFolder(async (place) => {
    await writeFolder(place("photos"), ["a", "b", "c"], true);
    const table = "File,Label,By\n1-0.png,b,person\n0-1.png,a,person\n2-0.png,c,propagated\n";
    await Deno.writeTextFile(place("labels.csv"), table);
    const { train, val, classNames } = await loadParts({
      train: place("photos"),
      val: place("labels.csv"),
      trainLabels: false,
    });
    assertEquals(train.images.shape[0], 6);
    assertEquals(namesOf(val!, classNames), [["b", "b"], ["a", "a"]]);
  });
});

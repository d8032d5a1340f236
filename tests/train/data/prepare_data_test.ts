import { assert, assertEquals, assertRejects } from "@std/assert";
import { encodeNpz, type Images } from "../../../lib/data/mod.ts";
import { parseFlags } from "../../../lib/command/flags.ts";
import { InputError } from "../../../lib/input_error.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { inFolder } from "../../command_line.ts";
import { dataOptions, needOptions } from "../../../train/data/options.ts";
import { prepareData, type PrepareValues } from "../../../train/data/prepare_data.ts";
import { trainOptions } from "../../../train/run/options.ts";

const COUNT = 60;

/** Images of one colour each, so that each can be told: number i is of colour 2 i. */
const pixels = Uint8Array.from({ length: COUNT * 16 }, (_, p) => 2 * Math.floor(p / 16));
const images = ndarray("uint8", [COUNT, 4, 4], pixels);
/** Number i has the label 1, 4 or 8 in turn. */
const labels = ndarray("int32", [COUNT], Int32Array.from({ length: COUNT }, (_, i) => labelOf(i)));

function labelOf(i: number): number {
  return [1, 4, 8][i % 3];
}

/** The values of `train`'s flags. */
function valuesOf(flags: string): PrepareValues<"few-labels"> {
  const { seed } = trainOptions;
  const options = { ...dataOptions, ...needOptions["few-labels"], seed };
  const values = parseFlags(flags.split(" "), { name: "train", description: "", options });
  return values as PrepareValues<"few-labels">;
}

/** The data of a system that needs a few labels. */
async function prepareFew(flags: string) {
  const { data, ...others } = await prepareData("few-labels", valuesOf(flags));
  return { ...data, ...others };
}

function inDataFolder(
  test: (prepare: (flags: string) => ReturnType<typeof prepareFew>) => Promise<void>,
) {
  return inFolder(async (dir) => {
    await Deno.writeFile(`${dir}/all.npz`, encodeNpz({ images, labels }));
    await Deno.writeFile(`${dir}/plain.npz`, encodeNpz({ images }));
    const few = encodeNpz({
      images: ndarray("uint8", [3, 4, 4], pixels.slice(0, 48)),
      labels: ndarray("int32", [3], labels.data.slice(0, 3) as Int32Array),
    });
    await Deno.writeFile(`${dir}/few.npz`, few);
    await test((flags) => prepareFew(flags.replace(/\w+\.npz/g, `${dir}/$&`)));
  });
}

/** The numbers of images, ascending. */
function numbersOf({ shape: [count], data }: Images): number[] {
  return Array.from({ length: count }, (_, i) => data[i * 16] / 2).sort((a, b) => a - b);
}

Deno.test("prepareData() gives each image one role: none is in two", async () => {
  await inDataFolder(async (prepare) => {
    const data = await prepare("--train all.npz --labels-per-class 3 --validation-split 0.2");
    const { train, validation, labelled, test } = data;
    assertEquals([labelled.labels.length, validation!.shape[0], train.shape[0]], [9, 10, 41]);
    const parts = [train, validation!, labelled.images].flatMap(numbersOf);
    assertEquals(parts.sort((a, b) => a - b), Array.from({ length: COUNT }, (_, i) => i));
    assertEquals([test, data.scale, data.classNames], [undefined, 255, undefined]);
    // Each labelled image has its own label.
    Array.from(labelled.labels).forEach((label, i) =>
      assertEquals(label, labelOf(labelled.images.data[i * 16] / 2))
    );
    assertEquals([...labelled.labels], [1, 1, 1, 4, 4, 4, 8, 8, 8]);
  });
});

Deno.test("prepareData() splits and draws by seed", async () => {
  await inDataFolder(async (prepare) => {
    const roles = async (seed: number) => {
      const data = await prepare(`--train all.npz --seed ${seed}`);
      return [data.train, data.validation!, data.labelled.images].map(numbersOf);
    };
    assertEquals(await roles(5), await roles(5));
    const [five, six] = [await roles(5), await roles(6)];
    five.forEach((numbers, role) => assert(`${numbers}` !== `${six[role]}`));
  });
});

Deno.test("prepareData() leaves the labels of --train aside if --val is given", async () => {
  await inDataFolder(async (prepare) => {
    // White is given: warnings would name the files.
    const withLabels = await prepare("--train all.npz --val few.npz --white 255");
    assertEquals(await prepare("--train plain.npz --val few.npz --white 255"), withLabels);
    assertEquals([...withLabels.labelled.labels], [1, 4, 8]);
    // Nothing is taken out of the training images.
    assertEquals(withLabels.train.shape[0] + withLabels.validation!.shape[0], COUNT);
    // No part of what is trained on has a place for labels.
    for (const part of [withLabels.train, withLabels.validation!]) {
      assertEquals(Object.keys(part).sort(), ["data", "dtype", "shape"]);
    }
  });
});

Deno.test("prepareData() holds nothing out if --validation-split is 0", async () => {
  await inDataFolder(async (prepare) => {
    const data = await prepare("--train plain.npz --val few.npz --validation-split 0");
    assertEquals([data.train.shape[0], data.validation], [COUNT, undefined]);
  });
});

Deno.test("prepareData() keeps only the classes asked for, in every part", async () => {
  await inDataFolder(async (prepare) => {
    const data = await prepare("--train all.npz --test all.npz --classes 4,8");
    assertEquals(data.train.shape[0] + data.validation!.shape[0] + 10, 40);
    assertEquals(new Set(data.labelled.labels), new Set([4, 8]));
    assertEquals(new Set(data.test!.labels), new Set([4, 8]));
    for (const i of numbersOf(data.train)) assert(labelOf(i) !== 1);
  });
});

Deno.test("prepareData() takes digits 1, 4 and 8 of mnist, and its own test images", async () => {
  const { train, validation, labelled, test } = await prepareFew("--seed 1");
  // 6,742, 5,842 and 5,851 training images less 15; 1,135, 982 and 974 test images.
  assertEquals(train.shape[0] + validation!.shape[0], 6742 + 5842 + 5851 - 15);
  assertEquals(labelled.labels.length, 15);
  assertEquals(test!.labels.length, 1135 + 982 + 974);
});

Deno.test("prepareData() throws if too few images are left to hold a part out", async () => {
  await inDataFolder(async (prepare) => {
    await assertRejects(
      () => prepare("--train all.npz --labels-per-class 19"),
      InputError,
      "there are 3 images to train on, at least 10 are needed to hold out a share of 0.05",
    );
    for (const split of ["0", "0.05"]) {
      await assertRejects(
        () => prepare(`--train all.npz --labels-per-class 20 --validation-split ${split}`),
        InputError,
        "all 60 images are the labelled ones, images without a label are needed too",
      );
    }
    // Of two images, half can be held out.
    const least = await prepare("--train few.npz --val few.npz --validation-split 0.5");
    assertEquals([least.train.shape[0], least.validation!.shape[0]], [1, 2]);
  });
});

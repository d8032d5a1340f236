import { assert, assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { InputError } from "../../../lib/input_error.ts";
import { isCifar, openCifar } from "../../../lib/data/cifar.ts";
import { loadParts } from "../../../lib/data/load_parts.ts";
import { inFolder } from "../../command_line.ts";
import { binaryBatch, pythonBatch, tarOf, tinyBatch } from "./cifar_files.ts";

const KINDS = {
  binary: { make: binaryBatch, folder: "cifar-10-batches-bin", end: ".bin" },
  Python: { make: pythonBatch, folder: "cifar-10-batches-py", end: "" },
} as const;

/** Two batches to train on and one to test on. */
function batches(kind: keyof typeof KINDS): Record<string, Uint8Array> {
  const { make, end } = KINDS[kind];
  return {
    [`data_batch_2${end}`]: make(4, 2),
    [`data_batch_1${end}`]: make(3, 1),
    [`test_batch${end}`]: make(2, 5),
  };
}

for (const kind of ["binary", "Python"] as const) {
  const { folder } = KINDS[kind];
  for (const form of ["folder", "archive"] as const) {
    Deno.test(`loadParts() reads CIFAR-10's ${kind} batches from the ${form}, test images too`, async () => {
      await inFolder(async (dir) => {
        const files = batches(kind);
        let path = `${dir}/${folder}`;
        if (form === "folder") {
          await Deno.mkdir(path);
          for (const [name, bytes] of Object.entries(files)) {
            await Deno.writeFile(`${path}/${name}`, bytes);
          }
        } else {
          path = `${dir}/cifar.tar.gz`;
          const inside = Object.fromEntries(
            Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]),
          );
          await Deno.writeFile(path, gzipSync(tarOf(inside)));
        }
        assertEquals(await isCifar(path), true);
        const { train, test, classNames } = await loadParts({ train: path });
        assertEquals([train.images.shape, test!.images.shape], [[7, 32, 32, 3], [2, 32, 32, 3]]);
        assertEquals([...train.labels!], [1, 2, 3, 2, 3, 4, 5]);
        assertEquals([...test!.labels!], [5, 6]);
        assertEquals([classNames!.length, classNames![5]], [10, "dog"]);
        // Image 1 of batch 1: planes of red, green and blue become pixels.
        const { planes } = tinyBatch(3, 1);
        for (const pixel of [0, 31, 1023]) {
          assertEquals(
            [...train.images.data.slice(3072 + 3 * pixel, 3072 + 3 * pixel + 3)],
            [0, 1, 2].map((channel) => planes[3072 + 1024 * channel + pixel]),
          );
        }
      });
    });
  }
}

Deno.test("openCifar() reads one batch whatever the role, and nothing else", async () => {
  await inFolder(async (dir) => {
    await Deno.writeFile(`${dir}/test_batch.bin`, binaryBatch(2, 0));
    const source = await openCifar(`${dir}/test_batch.bin`, { role: "train" });
    assertEquals(source!.count, 2);
    await Deno.writeTextFile(`${dir}/other.txt`, "text");
    assertEquals(await openCifar(`${dir}/other.txt`), undefined);
    assertEquals(await openCifar(`${dir}/missing`), undefined);
  });
});

for (
  const [about, name, bytes, message] of [
    ["is cut", "data_batch_1.bin", binaryBatch(2, 0).subarray(1), "a multiple of 3073 is needed"],
    ["has a label of no class", "data_batch_1.bin", binaryBatch(1, 0).fill(77, 0, 1), "label 77"],
    ["is cut", "data_batch_1", pythonBatch(2, 0).subarray(0, 400), "it ends too early"],
    [
      "would call a function",
      "data_batch_1",
      new TextEncoder().encode("cos\nsystem\n(U\x02lstR."),
      "it needs os.system",
    ],
    ["is text", "data_batch_1", new TextEncoder().encode("hello"), "has the unknown code"],
    ["holds a list", "data_batch_1", Uint8Array.of(0x5d, 0x2e), "it has no labels and data"],
  ] as const
) {
  Deno.test(`openCifar() says so if ${name} ${about}`, async () => {
    await inFolder(async (dir) => {
      await Deno.writeFile(`${dir}/${name}`, bytes);
      const error = await assertRejects(
        () => openCifar(`${dir}/${name}`),
        InputError,
        message,
      );
      assert(error.message.startsWith(`Cannot read "${dir}/${name}`), error.message);
    });
  });
}

Deno.test("openCifar() says so if an archive has no batch to train on, or is cut", async () => {
  await inFolder(async (dir) => {
    const archive = tarOf({
      "a/test_batch.bin": binaryBatch(1, 0),
      "b/test_batch.bin": binaryBatch(1, 0),
    });
    await Deno.writeFile(`${dir}/a.tar`, archive);
    await assertRejects(
      () => openCifar(`${dir}/a.tar`, { role: "train" }),
      InputError,
      "no batch of CIFAR-10 to train on",
    );
    await Deno.writeFile(`${dir}/cut.tar`, archive.subarray(0, 1000));
    await assertRejects(() => openCifar(`${dir}/cut.tar`), InputError, "it ends inside");
  });
});

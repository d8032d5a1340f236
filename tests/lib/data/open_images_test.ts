import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { type ByteFile, openBytes } from "../../../lib/data/bytes.ts";
import { openNpy } from "../../../lib/data/npy.ts";
import { encodeNpz, openNpz } from "../../../lib/data/npz.ts";
import { loadImages } from "../../../lib/data/load_images.ts";
import { openImages, type OpenImagesOptions } from "../../../lib/data/open_images.ts";
import { fixture, inFolder, LABELS, PIXELS } from "./_fixtures.ts";

const IMAGES = ndarray("uint8", [6, 4, 4], PIXELS);

async function openArrays(arrays: Record<string, NdArray>, options: OpenImagesOptions = {}) {
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  try {
    await Deno.writeFile(path, encodeNpz(arrays));
    return await openImages(path, options);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("openImages() gives the same images, in chunks of any size, from every format", async () => {
  const labelled = ["stored.npz", "deflated.npz", "piped.npz", "images-idx3-ubyte", "digits"];
  const unlabelled = ["images.npy", "fortran.npy", "images-idx3-ubyte.gz", "flat"];
  // Folders are read class after class.
  const order: Record<string, number[]> = { digits: [0, 3, 1, 4, 2, 5] };
  for (const name of [...labelled, ...unlabelled]) {
    const source = await openImages(fixture(name));
    const rows = order[name] ?? [0, 1, 2, 3, 4, 5];
    assertEquals([source.count, source.height, source.width, source.channels], [6, 4, 4, 1], name);
    assertEquals(source.white, 255);
    assertEquals(
      source.labels,
      labelled.includes(name) ? Int32Array.from(rows, (row) => LABELS[row]) : undefined,
      name,
    );
    const expected = rows.flatMap((row) => [...PIXELS.subarray(16 * row, 16 * row + 16)]);
    for (const size of [1, 4, 6, 7]) {
      const pixels: number[] = [];
      const counts: number[] = [];
      for await (const chunk of source.chunks(size)) {
        assertEquals(chunk.data.length, chunk.shape[0] * 16);
        assertEquals(chunk.data.buffer.byteLength, chunk.data.byteLength, "holds no more");
        pixels.push(...chunk.data);
        counts.push(chunk.shape[0]);
      }
      assertEquals(pixels, expected, `${name} in chunks of ${size}`);
      assertEquals(Math.max(...counts), Math.min(size, 6));
      assertEquals(counts.length, Math.ceil(6 / size));
    }
  }
});

Deno.test("chunks() lets go of the file when the reader stops early", async () => {
  // Deno's own check of open resources fails this test if a file stays open.
  for (const name of ["stored.npz", "deflated.npz", "images-idx3-ubyte.gz", "images.npy"]) {
    for await (const chunk of (await openImages(fixture(name))).chunks(1)) {
      assertEquals(chunk.shape[0], 1);
      break;
    }
  }
});

Deno.test("openImages() needs no more memory for a long file than for a short one", async () => {
  const module = new URL("../../../lib/data/open_images.ts", import.meta.url).href;
  const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
  // A process of its own: its peak is that of reading alone, not of what other tests left behind.
  const script = `
    import { openImages } from ${JSON.stringify(module)};
    let count = 0;
    let peak = 0;
    for await (const chunk of (await openImages(Deno.args[0])).chunks(256)) {
      count += chunk.shape[0];
      if (count % 4096 !== 0) continue;
      // What is alive: when the collector runs by itself depends on the load of the machine.
      gc();
      const { heapUsed, external } = Deno.memoryUsage();
      peak = Math.max(peak, heapUsed + external);
    }
    console.log(JSON.stringify({ count, peak }));`;
  await inFolder(async (place) => {
    await Deno.writeTextFile(place("read.ts"), script);
    const read = async (count: number) => {
      const images = ndarray("uint8", [count, 28, 28], new Uint8Array(count * 784).fill(7));
      await Deno.writeFile(place("x.npz"), encodeNpz({ images }));
      const args = [
        "run",
        "-A",
        "--v8-flags=--expose-gc",
        "--config",
        config,
        place("read.ts"),
        place("x.npz"),
      ];
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args })
        .output();
      assert(success, new TextDecoder().decode(stderr));
      return JSON.parse(new TextDecoder().decode(stdout));
    };
    const short = await read(5_000);
    const long = await read(200_000);
    assertEquals([short.count, long.count], [5_000, 200_000]);
    // The long file holds 157 MB.
    const more = (long.peak - short.peak) / 1e6;
    assert(more < 60, `${more} MB more`);
  });
});

Deno.test("openImages() pulls no more of an array than the rows asked for", async () => {
  // Bytes that deflate to about a half.
  const random = new Random(1);
  const pixels = Uint8Array.from({ length: 2_000 * 784 }, () => random.integer(16) * 17);
  for (const compress of [false, true]) {
    const bytes = encodeNpz({ x: ndarray("uint8", [2_000, 784], pixels) }, { compress });
    const file = await openBytes(bytes);
    let pulled = 0;
    const counted: ByteFile = {
      ...file,
      async *range(start, end) {
        for (let at = start; at < end; at += 4096) {
          pulled += 4096;
          yield bytes.slice(at, Math.min(at + 4096, end));
        }
      },
    };
    const array = await openNpy((await openNpz(counted)).get("x")!);
    pulled = 0;
    for await (const rows of array.rows(10)) {
      assertEquals(rows.data, pixels.slice(0, 7840));
      break;
    }
    // Ten rows are 0.5 % of the file; the streams in between hold some blocks.
    assert(pulled < bytes.length / 10, `pulled ${pulled} of ${bytes.length}`);
  }
});

Deno.test("openImages() finds arrays under common names", async () => {
  const y = ndarray("int64", [6], BigInt64Array.from(LABELS, BigInt));
  for (
    const [images, labels] of [["images", "labels"], ["data", "target"], ["x", "y"], [
      "X",
      "targets",
    ]]
  ) {
    const source = await openArrays({ [images]: IMAGES, [labels]: y, other: y });
    assertEquals([source.count, source.labels], [6, LABELS]);
  }
  const positional = await openArrays({ arr_0: IMAGES, arr_1: y });
  assertEquals(positional.labels, LABELS);
  const alone = await openArrays({ faces: IMAGES });
  assertEquals([alone.count, alone.labels], [6, undefined]);
});

Deno.test("openImages() takes the keys it is given", async () => {
  const y = ndarray("uint8", [6], Uint8Array.from(LABELS));
  const arrays = {
    x_train: IMAGES,
    y_train: y,
    images: ndarray("uint8", [1, 1], Uint8Array.of(3)),
  };
  const source = await openArrays(arrays, { imagesKey: "x_train", labelsKey: "y_train" });
  assertEquals([source.count, source.labels], [6, LABELS]);
});

Deno.test("openImages() throws if arrays of no or several common names are there", async () => {
  const small = ndarray("uint8", [1, 1], Uint8Array.of(3));
  for (
    const [arrays, options, found] of [
      [{ images: IMAGES, data: small }, {}, '"images" and "data" could both be'],
      [{ x_train: IMAGES, x_test: small }, {}, "no array has a common name"],
      [{ x: IMAGES }, { imagesKey: "X_train" }, 'it has no array "X_train"'],
    ] as [Record<string, NdArray>, OpenImagesOptions, string][]
  ) {
    const error = await assertRejects(() => openArrays(arrays, options), InputError);
    const listed = Object.entries(arrays).map(([key, { shape }]) =>
      `"${key}" [${shape.join(", ")}]`
    );
    assert(error.message.startsWith('Cannot find images in "'), error.message);
    assert(
      error.message.endsWith(`: ${found}, name one of ${listed.join(", ")} with --images-key`),
      error.message,
    );
  }
  await assertRejects(
    () => openArrays({ x: IMAGES, y: small, labels: small }),
    InputError,
    '"labels" and "y" could both be, name one of "x" [6, 4, 4], "y" [1, 1], "labels" [1, 1] ' +
      "with --labels-key",
  );
});

Deno.test("openImages() throws if labels are not one integer an image", async () => {
  const labels = (values: number[], shape = [values.length]) =>
    openArrays({ x: IMAGES, y: ndarray("float64", shape, Float64Array.from(values)) });
  assertEquals((await labels([1, 4, 8, 1, 4, 8], [6, 1])).labels, LABELS);
  await assertRejects(
    () => labels([1, 4, 8, 1, 4]),
    InputError,
    "as labels: there are 5 for 6 images, one each is needed",
  );
  await assertRejects(
    () => labels([1, 4, 8, 1.5, 4, 8]),
    InputError,
    "as labels: the label of image 3 (the first is 0) is 1.5, a 32-bit integer is needed",
  );
  await assertRejects(
    () => labels([1, 4, NaN, 1, 4, 8]),
    InputError,
    "image 2 (the first is 0) is NaN",
  );
  await assertRejects(() => labels([1, 4, 2 ** 31, 1, 4, 8]), InputError, "is 2147483648");
  await assertRejects(
    () => labels(Array(12).fill(0), [6, 2]),
    InputError,
    "as labels: row 0 (the first is 0) of its shape [6,2] is not one-hot",
  );
  await assertRejects(() => openImages(fixture("objects.npz")), InputError, "Python objects");
  assertEquals((await openImages(fixture("objects.npz"), { labels: false })).labels, undefined);
});

Deno.test("openImages() throws before the first chunk if anything in the file is wrong", async () => {
  await inFolder(async (place) => {
    for (const name of ["stored.npz", "deflated.npz", "images-idx3-ubyte.gz"]) {
      const bytes = await Deno.readFile(fixture(name));
      // In the elements of the stored file, in the packed data of the others.
      const at = name === "stored.npz" ? 240 : 80;
      await Deno.writeFile(place(name), bytes.with(at, bytes[at] ^ 1));
      await assertRejects(() => openImages(place(name)), InputError, `Cannot read "`, name);
    }
    const pixels = Float32Array.from(PIXELS, (pixel) => pixel / 255);
    pixels[95] = NaN;
    await assertRejects(
      () => openArrays({ x: ndarray("float32", [6, 4, 4], pixels) }),
      InputError,
      "image 5 (the first is 0) has a pixel of NaN",
    );
  });
});

Deno.test("openImages() throws if nothing usable is at the path", async () => {
  await inFolder(async (place) => {
    const refused = async (path: string, found: string) => {
      const error = await assertRejects(() => openImages(path), InputError);
      assertEquals(error.message, `Cannot read ${JSON.stringify(path)}: ${found}`);
    };
    await refused(place("tain.npz"), "there is no such file or folder");
    await Deno.writeTextFile(place("empty.npz"), "");
    await refused(place("empty.npz"), "the file is empty");
    await Deno.writeTextFile(place("text.npz"), "Hello, world\n");
    await refused(
      place("text.npz"),
      'it begins with "Hello, w", an .npz, .npy, Parquet or IDX file, or a folder of PNG, JPEG, WebP, GIF, TIFF, BMP or AVIF images is needed',
    );
    const npz = await Deno.readFile(fixture("deflated.npz"));
    await Deno.writeFile(place("cut.npz"), npz.slice(0, 300));
    await refused(place("cut.npz"), "it is cut short, the table of contents at its end is missing");
    await refused(fixture("pictures.zip"), "it is a zip of images, unpack it and give the folder");
  });
  const bomb = fixture("bomb.npz");
  await assertRejects(
    () => openImages(bomb, { maxBytes: 10_000 }),
    InputError,
    "raise --max-bytes",
  );
});

Deno.test("openImages() opens one image file", async () => {
  const { images } = await loadImages(fixture("flat/2.png"));
  assertEquals(images.data, PIXELS.slice(32, 48));
});

Deno.test("loadImages() gives all images with labels and scale", async () => {
  assertEquals(await loadImages(fixture("deflated.npz")), {
    images: ndarray("uint8", [6, 4, 4, 1], PIXELS),
    white: 255,
    warnings: [],
    labels: LABELS,
  });
});

Deno.test("loadImages() keeps only the given classes, in the file's order", async () => {
  const { images, labels } = await loadImages(fixture("stored.npz"), { classes: [8, 1] });
  assertEquals(labels, Int32Array.of(1, 8, 1, 8));
  const rows = [0, 2, 3, 5].flatMap((row) => [...PIXELS.subarray(16 * row, 16 * row + 16)]);
  assertEquals(images.data, Uint8Array.from(rows));
});

Deno.test("loadImages() throws if a class has no image or there are no labels", async () => {
  await assertRejects(
    () => loadImages(fixture("stored.npz"), { classes: [1, 7] }),
    InputError,
    'stored.npz": no image has the label 7, its labels are 1, 4, 8',
  );
  await assertRejects(
    () => loadImages(fixture("images.npy"), { classes: [1] }),
    InputError,
    'images.npy": it has no labels',
  );
});

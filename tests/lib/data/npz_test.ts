import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { unzipSync, zipSync } from "fflate";
import { InputError } from "../../../lib/input_error.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { encodeNpy } from "../../../lib/data/npy.ts";
import { encodeNpz, readNpz } from "../../../lib/data/npz.ts";
import { fixture, inFolder, LABELS, PIXELS } from "./_fixtures.ts";

Deno.test("readNpz() reads NumPy's stored, deflated and piped files", async () => {
  for (const name of ["stored.npz", "deflated.npz", "piped.npz"]) {
    const { images, labels, ...rest } = await readNpz(fixture(name));
    assertEquals(images, ndarray("uint8", [6, 4, 4], PIXELS));
    assertEquals(labels, ndarray("int64", [6], BigInt64Array.from(LABELS, BigInt)));
    assertEquals(rest, {});
  }
});

Deno.test("readNpz() reads what encodeNpz() wrote, stored and deflated", async () => {
  const arrays = {
    a: ndarray("float32", [2, 2], Float32Array.of(1.5, -0, NaN, Infinity)),
    "layer/kernel": ndarray("int64", [1], BigInt64Array.of(-(2n ** 60n))),
  };
  for (const compress of [false, true]) {
    const bytes = encodeNpz(arrays, { compress });
    assertEquals(await readNpz(bytes), arrays);
    assertEquals(bytes, encodeNpz(arrays, { compress }), "equal arrays give equal bytes");
  }
});

Deno.test("readNpz() refuses a bomb by its declared size", async () => {
  const error = await assertRejects(
    () => readNpz(fixture("bomb.npz"), { maxBytes: 1_000_000 }),
    InputError,
  );
  assertEquals(
    error.message,
    `Cannot read ${JSON.stringify(fixture("bomb.npz"))}: it unpacks to 10035328 bytes, ` +
      "at most 1000000 are allowed, raise --max-bytes to trust it",
  );
});

Deno.test("readNpz() refuses a bomb that declares less than it holds", async () => {
  const bytes = await Deno.readFile(fixture("bomb.npz"));
  // Both headers of the one array, local and central, are made to declare 100,000 bytes.
  const view = new DataView(bytes.buffer);
  for (let i = 0; i + 4 < bytes.length; i++) {
    if (view.getUint32(i, true) === 0x02014b50) view.setUint32(i + 24, 100_000, true);
  }
  await assertRejects(
    () => readNpz(bytes, { maxBytes: 1_000_000 }),
    InputError,
    '"images.npy" in "bytes"',
  );
  // With a header to match, only unpacking can tell.
  const zeros = encodeNpy(ndarray("uint8", [1000], new Uint8Array(1000)));
  const small = zipSync({
    "a.npy": [Uint8Array.of(...zeros, ...new Uint8Array(5000)), { level: 9 }],
  });
  const declared = new DataView(small.buffer);
  for (let i = 0; i + 4 < small.length; i++) {
    if (declared.getUint32(i, true) === 0x02014b50) declared.setUint32(i + 24, zeros.length, true);
  }
  await assertRejects(
    () => readNpz(small),
    InputError,
    `"a.npy" in "bytes": it unpacks to more than the ${zeros.length} bytes that it declares`,
  );
});

Deno.test("readNpz() throws wherever the file is cut short", async () => {
  const bytes = await Deno.readFile(fixture("deflated.npz"));
  for (let length = 4; length < bytes.length; length += 7) {
    await assertRejects(
      () => readNpz(bytes.slice(0, length)),
      InputError,
      'Cannot read "bytes": it is',
    );
  }
  await assertRejects(
    () => readNpz(bytes.slice(0, 400)),
    InputError,
    'Cannot read "bytes": it is cut short, the table of contents at its end is missing',
  );
});

Deno.test("readNpz() throws an InputError or reads the same if any one byte is changed", async () => {
  for (const name of ["stored.npz", "deflated.npz"]) {
    const bytes = await Deno.readFile(fixture(name));
    const whole = await readNpz(bytes);
    let refused = 0;
    for (let i = 0; i < bytes.length; i += 3) {
      try {
        const arrays = await readNpz(bytes.with(i, bytes[i] ^ 0x55), { maxBytes: 2 ** 20 });
        // Names and dates of entries are covered by no checksum; elements are.
        for (const key of Object.keys(arrays)) {
          if (key in whole) assertEquals(arrays[key], whole[key], `byte ${i}`);
        }
      } catch (error) {
        assertInstanceOf(error, InputError);
        refused++;
      }
    }
    // Most bytes are elements, headers or sizes.
    if (refused < bytes.length / 3 / 2) {
      throw new Error(`only ${refused} of ${bytes.length / 3} refused`);
    }
  }
});

Deno.test("readNpz() throws if a byte of an array is changed", async () => {
  const bytes = await Deno.readFile(fixture("stored.npz"));
  const at = bytes.findIndex((_, i) => PIXELS.every((pixel, j) => bytes[i + j] === pixel));
  await assertRejects(
    () => readNpz(bytes.with(at + 5, 99)),
    InputError,
    '"images.npy" in "bytes": it is damaged, its checksum does not match',
  );
});

Deno.test("readNpz() reads sizes from zip64 fields", async () => {
  const bytes = encodeNpz({ a: ndarray("uint8", [3], Uint8Array.of(1, 2, 3)) });
  const view = new DataView(bytes.buffer);
  const central = view.getUint32(bytes.length - 6, true);
  const nameEnd = central + 46 + view.getUint16(central + 28, true);
  // The same zip with sizes and places moved into zip64 records.
  const extra = new DataView(new ArrayBuffer(28));
  extra.setUint16(0, 1, true);
  extra.setUint16(2, 24, true);
  extra.setBigUint64(4, BigInt(view.getUint32(central + 24, true)), true);
  extra.setBigUint64(12, BigInt(view.getUint32(central + 20, true)), true);
  extra.setBigUint64(20, BigInt(view.getUint32(central + 42, true)), true);
  const entry = new DataView(bytes.slice(central, nameEnd).buffer);
  for (const field of [20, 24, 42]) entry.setUint32(field, 0xffffffff, true);
  entry.setUint16(30, 28, true);
  const directoryEnd = nameEnd + 28;
  const end64 = new DataView(new ArrayBuffer(56));
  end64.setUint32(0, 0x06064b50, true);
  end64.setBigUint64(32, 1n, true);
  end64.setBigUint64(40, BigInt(directoryEnd - central), true);
  end64.setBigUint64(48, BigInt(central), true);
  const locator = new DataView(new ArrayBuffer(20));
  locator.setUint32(0, 0x07064b50, true);
  locator.setBigUint64(8, BigInt(directoryEnd), true);
  const end = new DataView(bytes.slice(-22).buffer);
  end.setUint16(10, 0xffff, true);
  end.setUint32(12, 0xffffffff, true);
  end.setUint32(16, 0xffffffff, true);
  const parts = [entry, extra, end64, locator, end].map((part) => new Uint8Array(part.buffer));
  const wide = Uint8Array.of(...bytes.slice(0, central), ...parts.flatMap((part) => [...part]));
  assertEquals(await readNpz(wide), { a: ndarray("uint8", [3], Uint8Array.of(1, 2, 3)) });
});

Deno.test("readNpz() throws if the file is no .npz file", async () => {
  await inFolder(async (place) => {
    await Deno.writeTextFile(place("text.npz"), "label,pixel\n1,2\n");
    const error = await assertRejects(() => readNpz(place("text.npz")), InputError);
    assertEquals(
      error.message,
      `Cannot read "${place("text.npz")}": it is no .npz file, it begins with "label,pi"`,
    );
    await Deno.mkdir(place("folder.npz"));
    await assertRejects(() => readNpz(place("folder.npz")), InputError, "it is no file");
  });
  await assertRejects(
    () => readNpz(fixture("pictures.zip")),
    InputError,
    'pictures.zip": it is a zip of images, unpack it and give the folder',
  );
  await assertRejects(
    () => readNpz(zipSync({ "notes.txt": Uint8Array.of(1) })),
    InputError,
    "it is a zip without any .npy array in it",
  );
  await assertRejects(() => readNpz(zipSync({})), InputError, "without any .npy array");
});

Deno.test("readNpz() throws if an array is encrypted or packed in another way", async () => {
  const bytes = encodeNpz({ a: ndarray("uint8", [1], Uint8Array.of(1)) });
  const central = new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
  await assertRejects(() => readNpz(bytes.with(central + 8, 1)), InputError, "it is encrypted");
  await assertRejects(
    () => readNpz(bytes.with(central + 10, 14)),
    InputError,
    "it is packed with zip method 14, stored or deflated is needed",
  );
});

Deno.test("readNpz() throws if an array holds objects", async () => {
  await assertRejects(
    () => readNpz(fixture("objects.npz")),
    InputError,
    'objects.npz": it holds Python objects (dtype object), plain numbers are needed',
  );
});

Deno.test("encodeNpz() writes what fflate itself unpacks", () => {
  const files = unzipSync(encodeNpz({ a: ndarray("uint8", [1], Uint8Array.of(7)) }));
  assertEquals(Object.keys(files), ["a.npy"]);
});

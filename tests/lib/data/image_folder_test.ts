import { assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { type ImageFolderOptions, openImageFolder } from "../../../lib/data/image_folder.ts";
import { loadImages } from "../../../lib/data/load_images.ts";
import { fixture, inFolder, PIXELS } from "./_fixtures.ts";

async function loadKind(name: string, options: ImageFolderOptions = {}) {
  return (await loadImages(fixture(`kinds/${name}`), options)).images;
}

Deno.test("openImageFolder() reads a flat folder and what systems leave in it", async () => {
  // The fixture holds ._0.png, .DS_Store and Thumbs.db too.
  const source = await openImageFolder(fixture("flat"));
  assertEquals(source.fileNames, ["0.png", "1.png", "2.png", "3.png", "4.png", "5.png"]);
  assertEquals([source.labels, source.classNames], [undefined, undefined]);
});

Deno.test("openImageFolder() keeps folder names that are integers as labels", async () => {
  const source = await openImageFolder(fixture("digits"));
  assertEquals(source.labels, Int32Array.of(1, 1, 4, 4, 8, 8));
  assertEquals(source.classNames, undefined);
  assertEquals(source.fileNames?.[5], "8/5.png");
});

Deno.test("openImageFolder() numbers other folder names in order", async () => {
  const source = await openImageFolder(fixture("named"));
  assertEquals(source.labels, Int32Array.of(0, 0, 1, 1, 2, 2));
  assertEquals(source.classNames, ["cat", "dog", "emu"]);
});

Deno.test("openImageFolder() reads every kind of PNG as 8 bits", async () => {
  const grey = Uint8Array.of(0, 64, 128, 255);
  const colour = Uint8Array.from([...grey].flatMap((pixel) => [pixel, pixel, pixel]));
  assertEquals((await loadKind("grey16.png")).data, grey);
  assertEquals((await loadKind("bilevel.png")).data, Uint8Array.of(0, 0, 255, 255));
  for (const name of ["rgb.png", "opaque.png", "palette.png"]) {
    assertEquals((await loadKind(name)).data, colour, name);
    assertEquals((await loadKind(name, { channels: 1 })).data, grey, name);
  }
});

Deno.test("openImageFolder() reads CMYK and turned JPEGs as viewers show them", async () => {
  const red = await loadKind("cmyk.jpg");
  assertEquals(red.shape[3], 3);
  assertAlmostEquals(red.data[0], 232, 25);
  assertAlmostEquals(red.data[1], 0, 25);
  assertAlmostEquals(red.data[2], 0, 25);
  const turned = await loadKind("turned.jpg");
  assertEquals(turned.shape, [1, 16, 8, 1]);
  assertAlmostEquals(turned.data[0], 90, 2);
});

Deno.test("openImageFolder() puts white behind transparent pixels and says so once", async () => {
  const open = (options: ImageFolderOptions) =>
    loadImages(fixture("kinds/transparent.png"), { channels: 1, ...options });
  const white = await open({});
  assertEquals([white.images.data[0], white.images.data[3]], [255, 255]);
  assertEquals(white.warnings.length, 1);
  assertMatch(white.warnings[0], /^1 images have transparent pixels, white is put behind them: "/);
  const black = await open({ background: "black" });
  assertEquals([black.images.data[0], black.images.data[3]], [0, 255]);
  assertEquals(black.warnings, []);
});

Deno.test("openImageFolder() throws if images differ in size, unless they are resized", async () => {
  await inFolder(async (place) => {
    await Deno.copyFile(fixture("kinds/rgb.jpg"), place("a.jpg"));
    await Deno.copyFile(fixture("kinds/turned.jpg"), place("b.jpg"));
    const error = await assertRejects(() => openImageFolder(place("")), InputError);
    assertEquals(
      error.message,
      `Cannot use images of different sizes: "${place("a.jpg")}" is 16x16 and ` +
        `"${place("b.jpg")}" is 16x8 (height x width), give one size to resize them to with --size`,
    );
    const { images } = await loadImages(place(""), { size: { height: 4, width: 6 }, channels: 1 });
    assertEquals(images.shape, [2, 4, 6, 1]);
    // Both are of one colour, which resizing keeps; one grey and one colour file make colour.
    assertEquals(new Set(images.data.subarray(0, 24)).size, 1);
    assertAlmostEquals(images.data[24], 90, 2);
    const colour = await openImageFolder(place(""), { size: { height: 4, width: 6 } });
    assertEquals(colour.channels, 3);
  });
});

Deno.test("openImageFolder() throws if there are no images or something else", async () => {
  await inFolder(async (place) => {
    const refused = async (found: string) => {
      const error = await assertRejects(() => openImageFolder(place("x")), InputError);
      assertEquals(error.message, `Cannot read the folder "${place("x")}": ${found}`);
    };
    await refused("there is no such file or folder");
    await Deno.mkdir(place("x/.git"), { recursive: true });
    await Deno.writeTextFile(place("x/notes.txt"), "");
    await refused("it holds no PNG, JPEG, WebP, GIF, TIFF, BMP or AVIF image");
    await Deno.mkdir(place("x/cats"));
    await refused('its class folder "cats" holds no PNG, JPEG, WebP, GIF, TIFF, BMP or AVIF image');
    await Deno.copyFile(fixture("flat/0.png"), place("x/0.png"));
    await refused(
      'it holds both images ("0.png") and folders ("cats"), ' +
        "either only images or a folder for each class is needed",
    );
    await Deno.writeTextFile(place("x/photo.HEIC"), "");
    await assertRejects(
      () => openImageFolder(place("x")),
      InputError,
      `Cannot read "${
        place("x/photo.HEIC")
      }": it is no PNG, JPEG, WebP, GIF, TIFF, BMP or AVIF image`,
    );
  });
});

Deno.test("openImageFolder() throws at once if an image is damaged, cut short or empty", async () => {
  await inFolder(async (place) => {
    await Deno.copyFile(fixture("flat/0.png"), place("0.png"));
    const png = await Deno.readFile(fixture("flat/1.png"));
    const jpeg = await Deno.readFile(fixture("kinds/rgb.jpg"));
    for (
      const [name, bytes] of [
        ["1.png", png.slice(0, -20)],
        ["1.png", png.with(45, png[45] ^ 0xff)],
        ["1.png", new TextEncoder().encode("not an image")],
        ["1.jpg", jpeg.slice(0, -60)],
      ] as const
    ) {
      await Deno.writeFile(place(name), bytes);
      await assertRejects(
        () => openImageFolder(place(""), { size: { height: 4, width: 4 } }),
        InputError,
        `Cannot read "${
          place(name)
        }": it is no PNG, JPEG, WebP, GIF, TIFF, BMP or AVIF image, or damaged`,
      );
      await Deno.remove(place(name));
    }
    await Deno.writeFile(place("1.jpg"), new Uint8Array(0));
    await assertRejects(() => openImageFolder(place("")), InputError, "the file is empty");
  });
});

Deno.test("openImageFolder() gives the pixels that were saved", async () => {
  const { images } = await loadImages(fixture("flat"));
  assertEquals(images.data, PIXELS);
});

Deno.test("openImageFolder() names all damaged files at once, or leaves them out", async () => {
  await inFolder(async (place) => {
    for (const name of ["a", "b"]) await Deno.mkdir(place(name));
    for (let i = 0; i < 12; i++) {
      await Deno.copyFile(fixture(`flat/${i % 6}.png`), place(`${i % 2 ? "a" : "b"}/${i}.png`));
    }
    const png = await Deno.readFile(fixture("flat/1.png"));
    // Of some the header is damaged, of others the pixels.
    for (const i of [0, 1, 2, 3, 4, 5, 8]) {
      const bytes = i % 4 ? png.slice(0, -20) : new TextEncoder().encode("no image");
      await Deno.writeFile(place(`${i % 2 ? "a" : "b"}/${i}.png`), bytes);
    }
    const five = ["a/1.png", "a/3.png", "a/5.png", "b/0.png", "b/2.png"].map(place);
    const listed = `${five.map((path) => JSON.stringify(path)).join(", ")} and 2 more`;
    const error = await assertRejects(() => openImageFolder(place("")), InputError);
    assertEquals(
      error.message,
      `Cannot read 7 of 12 images: ${listed} are damaged or no images, --skip-damaged leaves them out`,
    );
    const source = await openImageFolder(place(""), { skipDamaged: true });
    assertEquals(source.warnings, [`7 damaged files are left out: ${listed}`]);
    assertEquals(source.fileNames, ["a/7.png", "a/9.png", "a/11.png", "b/6.png", "b/10.png"]);
    assertEquals([source.labels, source.classNames], [Int32Array.of(0, 0, 0, 1, 1), ["a", "b"]]);
    const rows = [7, 9, 11, 6, 10].map((i) => i % 6);
    for await (const chunk of source.chunks(5)) {
      assertEquals([...chunk.data], rows.flatMap((i) => [...PIXELS.slice(16 * i, 16 * i + 16)]));
    }
  });
});

Deno.test("openImageFolder() says how to leave out a single damaged file", async () => {
  await inFolder(async (place) => {
    await Deno.copyFile(fixture("flat/0.png"), place("0.png"));
    await Deno.writeTextFile(place("1.png"), "no image");
    const { message } = await assertRejects(() => openImageFolder(place("")), InputError);
    assertMatch(message, /1\.png": .*, or damaged, --skip-damaged leaves it out$/);
    const { warnings } = await openImageFolder(place(""), { skipDamaged: true });
    assertEquals(warnings, [`1 damaged file is left out: ${JSON.stringify(place("1.png"))}`]);
  });
});

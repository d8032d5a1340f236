import { assertEquals, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import { listFolder } from "../../../lib/data/list_folder.ts";
import { InputError } from "../../../lib/input_error.ts";
import { inFolder } from "./_fixtures.ts";

/** Lists a folder with empty files of these names. */
async function listOf(names: readonly string[]) {
  let listing: Awaited<ReturnType<typeof listFolder>>;
  await inFolder(async (place) => {
    for (const name of names) {
      await Deno.mkdir(dirname(place(name)), { recursive: true });
      await Deno.writeTextFile(place(name), "");
    }
    listing = await listFolder(place(""));
  });
  return listing!;
}

Deno.test("listFolder() lists images in natural order, of every kind", async () => {
  const names = ["1.png", "2.JPG", "9.webp", "10.gif", "11.tiff", "12.bmp", "100.avif"];
  const { files, labels } = await listOf([...names, "notes.txt", ".hidden.png", "Thumbs.db"]);
  assertEquals([files, labels], [names, undefined]);
});

Deno.test("listFolder() takes what lies in folders below a class folder", async () => {
  const names = [
    "cat/1.png",
    "cat/day 2/3.png",
    "cat/day 10/old/4.png",
    "dog/a/b.png",
    "dog/c/d.png",
  ];
  const { files, labels, classNames } = await listOf(names.toReversed());
  assertEquals(files, names);
  assertEquals([labels, classNames], [Int32Array.of(0, 0, 0, 1, 1), ["cat", "dog"]]);
});

Deno.test("listFolder() gives folders of integers their numbers, and orders others naturally", async () => {
  const numbers = await listOf(["10/a.png", "9/b.png"]);
  assertEquals([numbers.files, numbers.classNames], [["9/b.png", "10/a.png"], undefined]);
  assertEquals(numbers.labels, Int32Array.of(9, 10));
  const names = await listOf(["class10/a.png", "class9/b.png"]);
  assertEquals([names.labels, names.classNames], [Int32Array.of(0, 1), ["class9", "class10"]]);
});

Deno.test("listFolder() throws at what is no regular file, and follows links", async () => {
  await inFolder(async (place) => {
    await Deno.mkdir(place("real"));
    await Deno.writeTextFile(place("real/1.png"), "");
    await Deno.mkdir(place("links"));
    await Deno.symlink(place("real"), place("links/cat"));
    await Deno.symlink(place("real/1.png"), place("real/2.png"));
    assertEquals((await listFolder(place("links"))).files, ["cat/1.png", "cat/2.png"]);
    const { success } = await new Deno.Command("mkfifo", { args: [place("real/a.png")] }).output();
    assertEquals(success, true);
    await assertRejects(
      () => listFolder(place("real")),
      InputError,
      `Cannot read "${place("real/a.png")}": it is no regular file`,
    );
  });
});

Deno.test("listFolder() lists more files than a call has room for arguments", async () => {
  // One class of 200,000 names, without the files: to create them takes a disk half a minute.
  const { readDir } = Deno;
  const entry = { isFile: false, isDirectory: false, isSymlink: false };
  Deno.readDir = async function* (folder) {
    if (folder === "all") yield { ...entry, name: "cat", isDirectory: true };
    else for (let i = 0; i < 200_000; i++) yield { ...entry, name: `${i}.png`, isFile: true };
  };
  try {
    const { files, labels } = await listFolder("all");
    assertEquals([files.length, labels!.length], [200_000, 200_000]);
    assertEquals([files[0], files[199_999]], ["cat/0.png", "cat/199999.png"]);
  } finally {
    Deno.readDir = readDir;
  }
});

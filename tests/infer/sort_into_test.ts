import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { Random } from "../../lib/array/random.ts";
import { InputError } from "../../lib/input_error.ts";
import { checkSortInto, sortInto } from "../../infer/sort_into.ts";
import { inFolder, namesIn } from "../command_line.ts";

/** Writes files that hold their own paths, and returns these. */
async function writeFiles(dir: string, names: readonly string[]): Promise<string[]> {
  for (const name of names) {
    await Deno.mkdir(join(dir, "from", name, ".."), { recursive: true });
    await Deno.writeTextFile(join(dir, "from", name), name);
  }
  return names.map((name) => join(dir, "from", name));
}

Deno.test("sortInto() copies each file into the folder of its class", async () => {
  await inFolder(async (dir) => {
    const paths = await writeFiles(dir, ["a/1.png", "a/2.png", "b/1.png", "b/1-2.png", "c/1.PNG"]);
    const classes = ["cat", "dog", "cat", "cat", "cat"];
    const { counts, renamed } = await sortInto(join(dir, "to"), paths, { classes });
    assertEquals([...counts], [["cat", 4], ["dog", 1]]);
    assertEquals(renamed.size, 0);
    const read = (path: string) => Deno.readTextFileSync(join(dir, "to", path));
    assertEquals(namesIn(join(dir, "to/cat")), ["1-2-2.png", "1-2.png", "1-3.PNG", "1.png"]);
    assertEquals(["cat/1.png", "cat/1-2.png", "cat/1-2-2.png", "dog/2.png"].map(read), [
      "a/1.png",
      "b/1.png",
      "b/1-2.png",
      "a/2.png",
    ]);
  });
});

Deno.test("sortInto() loses no file, whatever the names of classes and files", async () => {
  await inFolder(async (dir) => {
    const random = new Random(0, "names");
    const parts = ["a", "A", ".", "/", "\\", ":", "CON", "-2", " ", "é", "\n", "..", "outlier"];
    const word = (length: number) =>
      Array.from({ length }, () => parts[Math.floor(random.uniform() * parts.length)]).join("");
    const classNames = ["", ".", "..", "nul", "con.txt", "x".repeat(300), "Outlier"];
    for (let i = 0; i < 40; i++) classNames.push(word(1 + i % 4));
    const names = Array.from({ length: 300 }, (_, i) => `${i % 60}/${i % 7}.png`);
    const paths = (await writeFiles(dir, [...new Set(names)])).flatMap((path) => [path, path]);
    const classes = paths.map((_, i) => classNames[i % classNames.length]);
    const isOutlier = paths.map((_, i) => i % 11 === 0);
    const to = join(dir, "to");
    const { counts, renamed } = await sortInto(to, paths, { classes, isOutlier });
    assertEquals(counts.get("outlier"), isOutlier.filter(Boolean).length);
    // One folder for each class, also where upper and lower case are the same.
    const folderOf = (name: string) => renamed.get(name) ?? name;
    const distinct = [...new Set(classes)];
    const folders = ["outlier", ...distinct.map(folderOf)].map((name) => name.toLowerCase());
    assertEquals(new Set(folders).size, 1 + distinct.length);
    for (const folder of namesIn(to)) {
      const expected = paths.filter((_, i) =>
        folder === (isOutlier[i] ? "outlier" : folderOf(classes[i]))
      ).map((path) => Deno.readTextFileSync(path)).sort();
      const files = namesIn(join(to, folder));
      const found = files.map((name) => Deno.readTextFileSync(join(to, folder, name))).sort();
      assertEquals(found, expected);
      assert(!/[\\:*?"<>|\n]|[. ]$|^\./.test(folder), folder);
    }
  });
});

Deno.test("sortInto() leaves nothing if a file cannot be copied", async () => {
  await inFolder(async (dir) => {
    const paths = [...await writeFiles(dir, ["1.png"]), join(dir, "gone.png")];
    await assertRejects(() => sortInto(join(dir, "to"), paths, { classes: ["a", "a"] }), Error);
    assertEquals(namesIn(dir), ["from"]);
  });
});

Deno.test("checkSortInto() refuses arrays, a folder that exists, and one among the images", async () => {
  await inFolder(async (dir) => {
    await writeFiles(dir, ["1.png"]);
    const images = join(dir, "from");
    const fileNames = ["1.png"];
    await checkSortInto(join(dir, "from-sorted"), { images, fileNames });
    const cases = [
      [join(dir, "to"), { images: "a.npz" }, '"a.npz" is no folder of image files'],
      [join(images, "sorted"), { images, fileNames }, "it lies in the folder of the images"],
      [dir, { images, fileNames }, "it holds other files"],
    ] as const;
    for (const [to, source, message] of cases) {
      await assertRejects(() => checkSortInto(to, source), InputError, message);
    }
  });
});

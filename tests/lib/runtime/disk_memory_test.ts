import { assert, assertEquals, assertThrows } from "@std/assert";
import { allocate, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { take } from "../../../lib/array/rows.ts";
import { InputError } from "../../../lib/input_error.ts";
import { useDisk } from "../../../lib/runtime/disk_memory.ts";
import { inFolder, namesIn } from "../../command_line.ts";

/** How many files of a folder this process has in memory. */
function mappedFiles(dir: string): number {
  return Deno.readTextFileSync("/proc/self/maps").split("\n")
    .filter((line) => line.includes(dir) && line.includes("-images-")).length;
}

Deno.test({
  name: "useDisk() keeps large arrays in files without names, and only those",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await inFolder((dir) => {
      let uses = 0;
      {
        using _ = useDisk(dir, { bytes: 1000, onUse: () => uses++ });
        allocate("uint8", 999);
        assertEquals([uses, mappedFiles(dir)], [0, 0]);
        const floats = allocate("float32", 250);
        const bytes = allocate("uint8", 1001);
        assertEquals([uses, mappedFiles(dir), namesIn(dir)], [1, 2, []]);
        assertEquals([floats.length, bytes.length], [250, 1001]);
        assert(floats.every((value) => value === 0) && bytes.every((value) => value === 0));
      }
      const before = mappedFiles(dir);
      allocate("uint8", 5000);
      assertEquals(mappedFiles(dir), before);
      return Promise.resolve();
    });
  },
});

Deno.test("arrays on disk hold what is written, also after their memory was given back", async () => {
  await inFolder(async (dir) => {
    using _ = useDisk(dir, { bytes: 1 });
    const random = new Random(0);
    const values = Array.from({ length: 50_000 }, () => random.integer(256));
    const array = ndarray("uint8", [500, 100], allocate("uint8", 50_000));
    array.data.set(values);
    await new Promise((resolve) => setTimeout(resolve, 700));
    assertEquals([...array.data], values);
    assertEquals([...take(array, [7, 3]).data], [
      ...values.slice(700, 800),
      ...values.slice(300, 400),
    ]);
  });
});

Deno.test({
  name: "useDisk() says so where there is no room and where no file can be written",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await inFolder(async (dir) => {
      using _ = useDisk(dir, { bytes: 2 ** 40 });
      assertThrows(() => allocate("uint8", 2 ** 46), InputError, "MiB of images on disk in");
      assertEquals(namesIn(dir), []);
      await Deno.writeTextFile(`${dir}/file`, "");
      using __ = useDisk(`${dir}/file`, { bytes: 1 });
      assertThrows(() => allocate("uint8", 1), InputError, "on disk in");
    });
  },
});

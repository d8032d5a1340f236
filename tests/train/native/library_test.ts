import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { findCompiler, FLAGS } from "../../../train/native/compiler.ts";
import {
  builtLibrary,
  cacheFolder,
  copyImagesBy,
  openLibrary,
} from "../../../train/native/library.ts";
import { augmenter } from "../../../lib/data/augment.ts";
import type { Images } from "../../../lib/data/mod.ts";
import { Random } from "../../../lib/array/random.ts";
import { inFolder } from "../../command_line.ts";

/** Optimizing is most of what compiling takes, and nothing of what is tested here. */
const QUICK = { flags: [...FLAGS, "-O0"] };

const SOURCE = "int glimpse_run(void) { return 1; }";

Deno.test("builtLibrary() compiles once, for this user alone, and anew for another text", async () => {
  await inFolder(async (dir) => {
    const folder = `${dir}/cache`;
    const compiler = await findCompiler();
    const path = await builtLibrary(SOURCE, { ...QUICK, compiler, folder });
    const { mode, mtime } = await Deno.stat(path);
    assertEquals((mode ?? 0) & 0o777, 0o700);
    assertEquals(((await Deno.stat(folder)).mode ?? 0) & 0o777, 0o700);
    openLibrary(path).close();
    assertEquals(await builtLibrary(SOURCE, { ...QUICK, compiler, folder }), path);
    assertEquals((await Deno.stat(path)).mtime, mtime);
    const other = await builtLibrary(`${SOURCE} `, { ...QUICK, compiler, folder });
    const elsewhere = await builtLibrary(SOURCE, {
      ...QUICK,
      compiler: { ...compiler, target: "another processor" },
      folder,
    });
    assertEquals(new Set([path, other, elsewhere]).size, 3);
  });
});

Deno.test("copyImagesBy() augments to the bytes that JavaScript does", async () => {
  await inFolder(async (dir) => {
    const flags = [...FLAGS, "-O1"];
    const compiler = await findCompiler();
    const path = await builtLibrary(SOURCE, { compiler, folder: dir, flags });
    const library = openLibrary(path);
    const copy = copyImagesBy(library);
    const random = new Random(1, "images");
    for (let trial = 0; trial < 40; trial++) {
      const shape = [1 + random.integer(6), ...[9, 9, 4].map((most) => 1 + random.integer(most))];
      const size = shape.reduce((a, b) => a * b);
      const images = (trial % 2 === 0
        ? {
          dtype: "uint8",
          shape,
          data: Uint8Array.from({ length: size }, () => random.integer(256)),
        }
        : { dtype: "float32", shape, data: random.normals(size).map(Math.abs) }) as Images;
      const [rotation, scaling, shift] = [180, 1, 1].map((most) =>
        trial < 4 ? 0 : most * random.uniform()
      );
      const take = augmenter(images, new Random(trial), { rotation, scaling, shift });
      const rows = Array.from({ length: 9 }, () => random.integer(shape[0]));
      assertEquals(take(rows, copy), take(rows), `${images.dtype} ${shape}`);
    }
    library.close();
  });
});

Deno.test("builtLibrary() does not use a file that is not what was compiled", async () => {
  await inFolder(async (dir) => {
    const options = { ...QUICK, compiler: await findCompiler(), folder: dir };
    const path = await builtLibrary(SOURCE, options);
    await Deno.writeTextFile(path, "x", { append: true });
    const error = await assertRejects(() => builtLibrary(SOURCE, options), InputError);
    assertMatch(error.message, /^Cannot use ".+": it is not what was compiled, remove it/);
  });
});

Deno.test("builtLibrary() leaves nothing behind where the text does not compile", async () => {
  await inFolder(async (dir) => {
    const options = { ...QUICK, compiler: await findCompiler(), folder: `${dir}/cache` };
    await assertRejects(() => builtLibrary("int f( {", options), InputError, "Cannot compile: ");
    // The kernels that all steps share have been compiled.
    const names = [...Deno.readDirSync(`${dir}/cache`)].map(({ name }) =>
      name.replace(/^.+?\./, ".")
    );
    assertEquals(names.sort(), [".o", ".o.sha256"]);
  });
});

Deno.test("builtLibrary() tries the kernels in a process of their own before it keeps them", async () => {
  await inFolder(async (dir) => {
    const compiler = await findCompiler();
    await Deno.writeTextFile(
      `${dir}/illegal.h`,
      "__attribute__((constructor)) static void f(void) { __builtin_trap(); }",
    );
    const faults = {
      "ended by SIG": ["-include", `${dir}/illegal.h`],
      "with code 1": ["-Dkernels_work=f"],
    };
    for (const [fault, wrong] of Object.entries(faults)) {
      const options = { compiler, folder: `${dir}/cache`, flags: [...FLAGS, "-O0", ...wrong] };
      const error = await assertRejects(() => builtLibrary(SOURCE, options), InputError);
      assertMatch(
        error.message,
        /^Cannot compile: what cc compiles .+ does not run here, a trial /,
      );
      assertMatch(error.message, new RegExp(fault));
      assertEquals([...Deno.readDirSync(`${dir}/cache`)], []);
    }
  });
});

Deno.test("builtLibrary() says so where the cache cannot be written", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "");
    const options = { ...QUICK, compiler: await findCompiler(), folder: `${dir}/file/cache` };
    const error = await assertRejects(() => builtLibrary(SOURCE, options), InputError);
    assertMatch(error.message, /^Cannot keep compiled steps in ".+": /);
  });
});

Deno.test("openLibrary() says so where a library does not load, as one for another system", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/a.so`, "not a library");
    const error = assertThrows(() => openLibrary(`${dir}/a.so`), InputError);
    assertMatch(error.message, /^Cannot load ".+a\.so": .+, remove it to compile it again$/);
  });
});

Deno.test("cacheFolder() is the user's own", () => {
  assertMatch(cacheFolder(), /glimpse$/);
});

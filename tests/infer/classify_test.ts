import { assert, assertEquals, assertMatch } from "@std/assert";
import { zipSync } from "fflate";
import { encodeNpy } from "../../lib/data/npy.ts";
import { encodeNpz } from "../../lib/data/npz.ts";
import { writeRun } from "../../lib/run/run_folder.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { encodePng } from "../../lib/plot/png.ts";
import { inTinyFolder, LABELS } from "./tiny_folder.ts";
import { namesIn } from "../command_line.ts";
import { encodeStrings } from "../lib/data/_fixtures.ts";
import { tinyImages, tinyRun } from "../tiny_run.ts";

Deno.test("classify writes one label a row in order, and scores labelled images", async () => {
  await inTinyFolder(async (run, dir) => {
    const { code, stdout, stderr } = await run("classify", "images.npz", "--run", "run");
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^8 images classified in \S+: vae.csv\naccuracy 1\.000, F1 macro 1\.000 /);
    const csv = await Deno.readTextFile(`${dir}/vae.csv`);
    assertEquals(csv, `Predicted_Label\n${LABELS.join("\n")}\n`);
    assertEquals(namesIn(dir).filter((name) => name.includes("tmp")), []);
  });
});

Deno.test("classify says the same of floats and bytes, and adds probabilities", async () => {
  await inTinyFolder(async (run, dir) => {
    const flags = ["--run", "run", "--probabilities", "--out"];
    assertEquals((await run("classify", "images.npz", ...flags, "bytes.csv")).code, 0);
    assertEquals((await run("classify", "floats.npz", ...flags, "floats.csv")).code, 0);
    const csv = await Deno.readTextFile(`${dir}/bytes.csv`);
    assertEquals(await Deno.readTextFile(`${dir}/floats.csv`), csv);
    const [header, ...rows] = csv.trimEnd().split("\n").map((row) => row.split(","));
    assertEquals(header, [
      "Predicted_Label",
      "Probability_1",
      "Probability_4",
      "Probability_8",
      "Log_Likelihood",
    ]);
    rows.forEach(([label, ...numbers], i) => {
      assertEquals(label, String(LABELS[i]));
      const [one, four, eight, logLikelihood] = numbers.map(Number);
      assert(Math.abs(one + four + eight - 1) < 1e-6);
      assert(logLikelihood < 0 && logLikelihood > -5);
    });
  });
});

Deno.test("classify takes one image, and a folder of pictures of another size", async () => {
  await inTinyFolder(async (run, dir) => {
    assertEquals((await run("classify", "one.npz", "--run", "run")).code, 0);
    assertEquals(await Deno.readTextFile(`${dir}/vae.csv`), "Predicted_Label\n1\n");

    await Deno.mkdir(`${dir}/pictures`);
    for (const [name, light] of [["a", 0], ["b", 1]] as const) {
      const pixels = Uint8Array.from(
        { length: 20 * 20 },
        (_, p) => p % 20 < 10 === !light ? 230 : 9,
      );
      const png = encodePng({ width: 20, height: 20, pixels, channels: 1 });
      await Deno.writeFile(`${dir}/pictures/${name}.png`, png);
    }
    const { code, stderr } = await run("classify", "pictures", "--run", "run", "--force");
    assertEquals([code, stderr], [0, ""]);
    const csv = await Deno.readTextFile(`${dir}/vae.csv`);
    assertEquals(csv, "File,Predicted_Label\na.png,1\nb.png,4\n");
  });
});

Deno.test("classify says which labels the run does not know", async () => {
  await inTinyFolder(async (run, dir) => {
    const labels = ndarray("int32", [8], Int32Array.of(1, 4, 8, 7, 4, 1, 1, 0));
    const images = ndarray("uint8", [8, 4, 4], tinyImages(LABELS));
    await Deno.writeFile(`${dir}/other.npz`, encodeNpz({ images, labels }));
    const { stdout } = await run("classify", "other.npz", "--run", "run");
    assertMatch(stdout, /accuracy 0\.7500/);
    assertMatch(
      stdout,
      /\n2 images have labels that the run does not know \(0, 7\): counted as wrong\n$/,
    );
  });
});

Deno.test("classify scores labels that are text by name, of some classes, and sorts files", async () => {
  await inTinyFolder(async (run, dir) => {
    const { description, files } = tinyRun();
    const classNames = Array.from({ length: 9 }, (_, i) => `nr. ${i}`);
    Object.assign(classNames, { 1: "left", 4: "rechts, weit", 8: "a/b" });
    await writeRun(`${dir}/named`, { description: { ...description, classNames }, files });
    const names = LABELS.map((label) => classNames[label]);
    const images = encodeNpy(ndarray("uint8", [8, 4, 4], tinyImages(LABELS)));
    for (const kind of ["U", "S"] as const) {
      const npz = zipSync({ "x_test.npy": images, "y_test.npy": encodeStrings(names, kind) });
      await Deno.writeFile(`${dir}/text.npz`, npz);
      const flags = ["--run", "named", "--force"];
      const all = await run("classify", "text.npz", ...flags);
      assertEquals([all.code, all.stderr], [0, ""]);
      assertMatch(all.stdout, /^8 images .*\naccuracy 1\.000, F1 macro 1\.000 /);
      const quoted = names.map((name) => name.includes(",") ? `"${name}"` : name);
      const csv = await Deno.readTextFile(`${dir}/vae.csv`);
      assertEquals(csv, `Predicted_Label\n${quoted.join("\n")}\n`);
      const some = await run("classify", "text.npz", ...flags, "--classes", "left,a/b");
      assertMatch(some.stdout, /^5 images .*\naccuracy 1\.000/);
    }
    for (const [i, name] of names.entries()) {
      const pixels = tinyImages(LABELS).subarray(16 * i, 16 * i + 16);
      // "a/b" is the folder b in the folder a: its class is a, which the run does not know.
      await Deno.mkdir(`${dir}/photos/${name}`, { recursive: true });
      const png = encodePng({ width: 4, height: 4, pixels, channels: 1 });
      await Deno.writeFile(`${dir}/photos/${name}/${i}.png`, png);
    }
    const flags = ["--run", "named", "--force", "--sort-into"];
    const { stdout } = await run("classify", "photos", ...flags, "sorted");
    assertMatch(stdout, /accuracy 0\.7500/);
    assertMatch(
      stdout,
      /\n8 files copied into sorted: 2 a_b, 3 left, 3 rechts, weit\nwarning: the folder of class "a\/b" is "a_b"\n$/,
    );
    assertEquals(namesIn(`${dir}/sorted`), ["a_b", "left", "rechts, weit"]);
    const again = await run("classify", "photos", ...flags, "sorted");
    assertEquals([again.code, again.stdout], [1, ""]);
  });
});

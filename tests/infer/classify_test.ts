import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeNpz } from "../../lib/data/npz.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { encodePng } from "../../lib/plot/png.ts";
import { inTinyFolder, LABELS } from "./tiny_folder.ts";
import { namesIn } from "../command_line.ts";
import { tinyImages } from "../tiny_run.ts";

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

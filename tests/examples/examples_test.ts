import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { encodePng } from "../../lib/plot/png.ts";
import { tinyImages } from "../tiny_run.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Each example, its arguments, and what it prints last. */
const EXAMPLES: readonly (readonly [name: string, args: readonly string[], last: RegExp])[] = [
  ["photos_to_run", ["photos", "runs/photos"], /^\S+\.png: (left|right) [01]\.\d\d$/],
  ["train_on_arrays", ["runs/arrays"], /^labels 7 9 7 9 7 9$/],
  ["stop_and_resume", ["photos", "runs/resumed"], /^12 epochs in all$/],
  ["clusters", [], /^the copy agrees: true$/],
  ["export_model", ["model.onnx"], /^shape 2x3$/],
  ["fit_model", [], /^the loss fell to less than a tenth$/],
  ["own_step", [], /^slope 3\.0, offset -1\.0$/],
  ["few_labels_on_latents", ["runs/photos", "photos"], /^(\d+) of 120 right by 6 labels$/],
  ["find_outliers", ["runs/photos", "photos"], /^outliers: \d+ of 120 photos, 20 of 20 of noise$/],
  ["generate", ["runs/photos", "generated.npz"], /^images 16x4x4x1$/],
];

const dir = await Deno.makeTempDir({ prefix: "glimpse-examples-" });
globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));

// Files of 4x4 pixels that are light on the left or on the right, in a folder for each class.
for (const [name, label] of [["left", 1], ["right", 4]] as const) {
  await Deno.mkdir(`${dir}/photos/${name}`, { recursive: true });
  const pixels = tinyImages(Array(60).fill(label));
  for (let i = 0; i < 60; i++) {
    const image = pixels.slice(i * 16, (i + 1) * 16);
    const bytes = encodePng({ height: 4, width: 4, channels: 1, pixels: image });
    await Deno.writeFile(`${dir}/photos/${name}/${i}.png`, bytes);
  }
}

Deno.test("there are ten examples, and each has a test", () => {
  const names = [...Deno.readDirSync(`${ROOT}examples`)].map(({ name }) => name);
  const programs = names.filter((name) => name.endsWith(".ts")).sort();
  assertEquals(programs, EXAMPLES.map(([name]) => `${name}.ts`).sort());
  assertEquals(programs.length, 10);
});

for (const [name, args, last] of EXAMPLES) {
  Deno.test(`the example ${name}`, async () => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", `${ROOT}deno.json`, `${ROOT}examples/${name}.ts`, ...args],
      cwd: dir,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertMatch(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!, last);
  });
}

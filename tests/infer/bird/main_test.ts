import { assertEquals, assertMatch } from "@std/assert";
import sharp from "sharp";
import { inFolder, namesIn, runMain, runProcess } from "../../command_line.ts";

/** Writes images of two classes: dark and light, larger than they are trained. */
async function writeBirds(dir: string, counts: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, count] of Object.entries(counts)) {
    await Deno.mkdir(`${dir}/${name}`, { recursive: true });
    for (let i = 0; i < count; i++) {
      const pixels = new Uint8Array(20 * 24 * 3).map((_, p) =>
        (name === "gull" ? 180 : 20) + (p * 7 + i * 13) % 50
      );
      await sharp(pixels, { raw: { width: 24, height: 20, channels: 3 } }).png()
        .toFile(`${dir}/${name}/${String(i).padStart(3, "0")}.png`);
    }
  }
}

Deno.test("bird train writes a run, and bird test a column of labels in the order of the images", async () => {
  await inFolder(async (dir) => {
    await writeBirds(`${dir}/birds`, { crow: 30, gull: 15 });
    const words = ["birds", "train", "run", "--size", "8", "--epochs", "25"];
    const options = { cwd: dir, permissions: ["--allow-run", "--allow-env"] };
    const trained = await runProcess("infer/bird/main.ts", words, options);
    assertEquals(trained.code, 0, trained.stderr);
    const manifest = JSON.parse(await Deno.readTextFile(`${dir}/run/manifest.json`));
    assertEquals(manifest.data.counts, { train: 36, validation: 9 });
    assertEquals(manifest.options.classWeights, "balanced");
    await writeBirds(`${dir}/new`, { crow: 2, gull: 3 });
    const tested = await runMain("infer/bird/main.ts", ["new", "test", "run"], { cwd: dir });
    assertEquals(tested.code, 0, tested.stderr);
    const rows = (await Deno.readTextFile(`${dir}/bird.csv`)).trimEnd().split("\n");
    assertEquals(rows, ["Predicted_Label", "crow", "crow", "gull", "gull", "gull"]);
  });
});

for (
  const [words, message] of [
    ["birds tset run", /^Cannot run bird: "tset" stands where "train" or "test" is needed/],
    ["birds test none", /"none"/],
    ["birds train", /^Cannot run bird: .*run/i],
  ] as const
) {
  Deno.test(`bird ${words} fails in one sentence and writes nothing`, async () => {
    await inFolder(async (dir) => {
      const { code, stderr } = await runMain("infer/bird/main.ts", words.split(" "), { cwd: dir });
      assertEquals([code, namesIn(dir)], [1, []]);
      assertMatch(stderr, /^[^\n]+\n$/);
      assertMatch(stderr, message);
    });
  });
}

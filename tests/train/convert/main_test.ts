import { assert, assertEquals, assertMatch } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { encodeNpz } from "../../../lib/data/mod.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { inFolder, runMain } from "../../command_line.ts";
import { cnn, writeGraphModel, writeLayersModel } from "./saved_models.ts";

await useBackend("cpu");

Deno.test("convert writes the file and prints what it holds", async () => {
  await inFolder(async (cwd) => {
    await writeGraphModel(cwd);
    const args = ["model.json", "out.onnx", "--shape", "x=?x4", "--opset", "18"];
    const { code, stdout } = await runMain("train/convert/main.ts", args, { cwd });
    assertEquals(code, 0);
    assertMatch(stdout, /^file +out.onnx, \d+ bytes, opset 18\n/);
    assertMatch(stdout, /input +x float32 \[batch, 4\]\noutput +y float32 \[batch, 2, 3\]\n/);
    assertMatch(stdout, /difference +\S+ of the greatest value/);
  });
});

Deno.test("convert --int8 --calibrate takes the steps of convolutions from examples", async () => {
  await inFolder(async (cwd) => {
    await writeLayersModel(cwd, cnn());
    const pixels = Uint8Array.from({ length: 5 * 64 }, (_, i) => (i * 37) % 256);
    const images = ndarray("uint8", [5, 8, 8, 1], pixels);
    await Deno.writeFile(`${cwd}/images.npz`, encodeNpz({ images }));
    const run = async (...flags: string[]) =>
      await runMain("train/convert/main.ts", ["model.json", "out.onnx", ...flags], { cwd });
    const { code, stdout, stderr } = await run("--int8", "--calibrate", "images.npz");
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /QuantizeLinear/);
    const without = await run("--calibrate", "images.npz");
    assertEquals([
      without.code,
      without.stderr.includes("--calibrate is given, which needs --int8"),
    ], [
      1,
      true,
    ]);
    const missing = await run("--int8", "--calibrate", "none.npz");
    assertEquals([missing.code, missing.stderr.includes("none.npz")], [1, true]);
  });
});

Deno.test("convert says in a sentence what is wrong, and leaves nothing", async () => {
  await inFolder(async (cwd) => {
    await writeGraphModel(cwd);
    const empty = { modelTopology: { node: [], versions: { producer: 1 } } };
    await Deno.writeTextFile(`${cwd}/empty.json`, JSON.stringify(empty));
    const failing = [
      [["none.json", "a.onnx"], "Cannot read model"],
      [["model.json", "a.onnx", "--shape", "y=1"], 'it has no input "y"'],
      [["model.json", "a.onnx", "--outputs", "nothing"], "nothing"],
      [["model.json", "a.onnx", "--opst", "18"], "--opset"],
      [["model.json"], "OUT"],
      [["empty.json", "a.onnx"], 'Cannot export model "empty": its graph has no outputs'],
      [["model.json", "a.onnx", "--no-check", "--tolerance", "1"], "a tolerance needs the check"],
    ] as const;
    for (const [args, message] of failing) {
      const { code, stderr } = await runMain("train/convert/main.ts", args, { cwd });
      assertEquals(code, 1, stderr);
      assert(stderr.includes(message), stderr);
    }
    assertEquals((await Array.fromAsync(Deno.readDir(cwd))).length, 3);
  });
});

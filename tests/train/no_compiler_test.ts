import { assertEquals, assertMatch } from "@std/assert";
import { inFolder, namesIn } from "../command_line.ts";
import { startTask } from "../task.ts";
import { QUICK, writeTinyFiles } from "./tiny_files.ts";

Deno.test("train without a compiler says so in one line, and ONNX Runtime takes the steps", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    await Deno.mkdir(`${dir}/empty`);
    const words = ["--train", `${dir}/train.npz`, "--out", `${dir}/runs/mine`];
    const child = startTask("train", [...words, ...QUICK, "--engine", "auto"], {
      PATH: `${dir}/empty`,
    });
    const { code, stdout } = await child.output();
    const text = new TextDecoder().decode(stdout);
    assertMatch(
      text,
      /^engine onnx: native is not used\. Cannot compile: there is no C compiler \(.+\n/,
    );
    assertEquals(text.match(/native/g)?.length, 1);
    assertEquals(code, 0, text);
    assertEquals(namesIn(`${dir}/runs`), ["mine"]);
    assertMatch(
      await Deno.readTextFile(`${dir}/runs/mine/manifest.json`),
      /"engine": ?"onnx \(cpu\)"/,
    );
  });
});

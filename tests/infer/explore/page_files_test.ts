import { assertMatch, assertRejects } from "@std/assert";
import { readRun } from "../../../lib/run/run_folder.ts";
import { InputError } from "../../../lib/input_error.ts";
import { pageFiles } from "../../../infer/explore/page_files.ts";
import { inFolder } from "../../command_line.ts";
import { writeTinyRun } from "../../tiny_run.ts";

Deno.test("pageFiles() throws if a model is a symbolic link", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    await Deno.rename(`${dir}/run/encoder.onnx`, `${dir}/elsewhere.onnx`);
    await Deno.symlink(`${dir}/elsewhere.onnx`, `${dir}/run/encoder.onnx`);
    const run = await readRun(`${dir}/run`);
    const error = await assertRejects(() => pageFiles(run), InputError);
    assertMatch(error.message, /encoder\.onnx": it is a symbolic link, the file itself is needed$/);
  });
});

import { assertEquals } from "@std/assert";
import { encodeNpy } from "../../../lib/data/npy.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { inFolder } from "../../command_line.ts";
import { startTask } from "../../task.ts";
import { tinyImages, writeTinyRun } from "../../tiny_run.ts";

Deno.test("deno task serve answers while it is told to stop, then ends", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const child = startTask("serve", ["--run", `${dir}/run`, "--port", "0", "--delay", "300"]);
    const errors = new Response(child.stderr).text();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(await errors);
      text += value;
    }
    const [url] = text.match(/http:\/\/\S+\/classify/)!;
    const body = encodeNpy(ndarray("uint8", [1, 4, 4], tinyImages([4])));
    const headers = { "content-type": "application/x-npy" };
    const asked = fetch(url, { method: "POST", body, headers });
    await new Promise((resolve) => setTimeout(resolve, 150));
    child.kill("SIGTERM");
    const { predictions } = await (await asked).json();
    assertEquals(predictions[0].label, 4);
    assertEquals((await child.status).code, 143);
    assertEquals((await errors).trim(), "answering what was asked");
    await reader.cancel();
  });
});

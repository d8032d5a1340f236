import { assert, assertEquals } from "@std/assert";
import { labelFiles } from "../../../infer/label/label_files.ts";
import { readLabelling } from "../../../lib/run/labelling_file.ts";
import { readRun } from "../../../lib/run/run_folder.ts";
import { inFolder } from "../../command_line.ts";
import { tinyImages } from "../../tiny_run.ts";
import { TRUTH, writeUnlabelledRun } from "./unlabelled_run.ts";

Deno.test("labelFiles() gathers the page, its code, and what is known of each image", async () => {
  await inFolder(async (folder) => {
    await writeUnlabelledRun(`${folder}/run`);
    const run = await readRun(`${folder}/run`);
    const names = TRUTH.map((_, row) => `${row}.png`);
    const files = await labelFiles(run, await readLabelling(run), { names, token: "secret" });
    assertEquals(files.get("/thumbnails/0.bin")!.body, Uint8Array.from(tinyImages(TRUTH)));
    assertEquals((files.get("/map.bin")!.body as Uint8Array).length, 90 * 2 * 4);
    const data = JSON.parse(new TextDecoder().decode(files.get("/run.json")!.body as Uint8Array));
    assertEquals(data, {
      name: "run",
      token: "secret",
      names,
      thumbnailShape: [4, 4, 1],
      neighbours: 5,
      isFinished: false,
    });
    for (const path of ["/page.js", "/refit_worker.js"]) {
      const { type, body } = files.get(path)!;
      assertEquals(type, "text/javascript; charset=utf-8");
      assert((body as Uint8Array).length > 1000);
    }
  });
});

import { assertEquals } from "@std/assert";
import { formatPageData, parsePageData } from "../../../infer/explore/page_data.ts";
import { readPageData } from "../../../infer/explore/read_page_data.ts";
import { shownSpace } from "../../../infer/explore/shown_space.ts";
import { readRun } from "../../../lib/run/run_folder.ts";
import { inFolder } from "../../command_line.ts";
import { writeTinyRun } from "../../tiny_run.ts";

Deno.test("parsePageData() reads what formatPageData() wrote, to the last digit", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    const data = readPageData(run, await shownSpace(run));
    assertEquals(parsePageData(formatPageData(data)), data);
  });
});

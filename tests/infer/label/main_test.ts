import { assertEquals, assertMatch } from "@std/assert";
import { inFolder, runMain } from "../../command_line.ts";
import { startPage } from "../../task.ts";
import { writeTinyRun } from "../../tiny_run.ts";
import { writeUnlabelledRun } from "./unlabelled_run.ts";

Deno.test("label serves the page, and lets no other site write", async () => {
  await inFolder(async (dir) => {
    await writeUnlabelledRun(`${dir}/run`);
    const page = await startPage("label", ["--run", `${dir}/run`]);
    try {
      const { origin } = new URL(page.address);
      const ask = async (path: string, headers: Record<string, string>, body: unknown = {}) => {
        const init = { method: "POST", headers, body: JSON.stringify(body) };
        const response = await fetch(`${page.address}${path}`, init);
        return { status: response.status, text: await response.text() };
      };
      const { token } = await (await fetch(`${page.address}run.json`)).json();
      const own = { "x-glimpse-token": token, origin };
      const { version } = JSON.parse((await ask("read", own)).text);
      const wanted = { version, decisions: [{ row: 0, label: "a" }] };
      for (
        const headers of [
          {},
          { origin },
          { "x-glimpse-token": token },
          { "x-glimpse-token": token, origin: "http://evil.example" },
          { "x-glimpse-token": token, origin: origin.replace("127.0.0.1", "localhost") },
          { "x-glimpse-token": token.replace(/^./, "x"), origin },
        ]
      ) {
        assertEquals((await ask("save", headers, wanted)).status, 403, JSON.stringify(headers));
      }
      assertEquals((await ask("elsewhere", own)).status, 405);
      for (const path of ["save", "labels.csv", "run/labels.csv", "manifest.json"]) {
        const response = await fetch(`${page.address}${path}`);
        await response.body?.cancel();
        assertEquals([path, response.status], [path, path === "save" ? 405 : 404]);
      }
      assertEquals(JSON.parse((await ask("read", own)).text).decisions, []);
      assertEquals((await ask("save", own, wanted)).status, 200);
      const text = await Deno.readTextFile(`${dir}/run/labels.csv`);
      assertEquals(text, "File,Label,By\r\n0.png,a,person\r\n");
      assertEquals(await page.stop(), 130);
    } catch (error) {
      await page.stop("SIGKILL");
      throw error;
    }
  });
});

Deno.test("label says in a sentence what it cannot label", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const other = await runMain("infer/label/main.ts", ["--run", "run"], { cwd: dir });
    assertMatch(
      other.stderr,
      /^Cannot label with run "run": its system tiny has no labelling.npz, a run of --model few-labels --labels-per-class 0 is needed\n$/,
    );
    await writeUnlabelledRun(`${dir}/waiting`);
    await Deno.writeTextFile(`${dir}/waiting/labels.csv`, "File,Label\nx.png,1\n");
    const strange = await runMain("infer/label/main.ts", ["--run", "waiting"], { cwd: dir });
    assertEquals(
      strange.stderr,
      'Cannot read "waiting/labels.csv": the run has no image "x.png"\n',
    );
    assertEquals([other.code, strange.code], [1, 1]);
  });
});

import { assertEquals, assertMatch } from "@std/assert";
import { labelActions } from "../../../infer/label/label_actions.ts";
import { LabelStore } from "../../../infer/label/label_store.ts";
import { inFolder } from "../../command_line.ts";
import { TRUTH, writeUnlabelledRun } from "./unlabelled_run.ts";

Deno.test("labelActions() save what fits, and say what does not", async () => {
  await inFolder(async (folder) => {
    const dir = `${folder}/run`;
    await writeUnlabelledRun(dir);
    const names = TRUTH.map((_, row) => `${row}.png`);
    const actions = labelActions(dir, new LabelStore(dir, names), { count: TRUTH.length });
    const ask = async (path: string, body: unknown) => {
      const { status, json } = await actions.get(path)!(body);
      return { status, json: json as Record<string, unknown> };
    };
    const { json: { version } } = await ask("/read", {});
    for (
      const wrong of [
        {},
        { version, decisions: [{ row: 90, label: "a" }] },
        { version, decisions: [{ row: 0.5, label: "a" }] },
        { version, decisions: [{ row: 0, label: " " }] },
        { version, decisions: [{ row: 0, label: "a".repeat(101) }] },
        { version, decisions: [{ row: 0, label: "a" }, { row: 0, label: "b" }] },
        { version, decisions: [{ row: 0, label: "a", by: "robot" }] },
      ]
    ) {
      assertEquals((await ask("/save", wrong)).status, 400, JSON.stringify(wrong));
    }
    const saved = await ask("/save", { version, decisions: [{ row: 0, label: "a" }] });
    assertEquals(saved.status, 200);
    // The old version is one that another page had.
    const late = await ask("/save", { version, decisions: [] });
    assertEquals(late, { status: 409, json: saved.json });
    assertEquals((await ask("/finish", { version })).status, 409);
    const early = await ask("/finish", { version: saved.json.version });
    assertEquals(early.status, 400);
    assertMatch(String(early.json.fault), /^Cannot finish: 1 classes are named, at least two/);
  });
});

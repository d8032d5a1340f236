import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { LabelStore } from "../../../infer/label/label_store.ts";
import { InputError } from "../../../lib/input_error.ts";
import { readRun, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { inFolder } from "../../command_line.ts";
import { writeTinyRun } from "../../tiny_run.ts";

const NAMES = ["a.png", "b.png", "c.png"];

/** A store in a run of its own. */
async function withStore(
  test: (store: LabelStore, dir: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const dir = `${folder}/run`;
    await writeTinyRun(dir);
    await test(new LabelStore(dir, NAMES), dir);
  });
}

Deno.test("LabelStore reads what was saved, which stands in the manifest", async () => {
  await withStore(async (store, dir) => {
    const none = await store.read();
    assertEquals(none.decisions, []);
    const decisions = [{ row: 2, label: "cat" }, { row: 0 }];
    const { saved, labels } = await store.save(decisions, none);
    assertEquals(saved, true);
    assertEquals(await new LabelStore(dir, NAMES).read(), labels);
    assertEquals(labels.decisions, decisions);
    assertNotEquals(labels.version, none.version);
    // Its hash is right: no reader of the run rejects it.
    const text = new TextDecoder().decode(await (await readRun(dir)).read(RUN_FILES.labels));
    assertStringIncludes(text, "c.png,cat,person");
  });
});

Deno.test("LabelStore overwrites nothing that somebody else has saved", async () => {
  await withStore(async (store, dir) => {
    const start = await store.read();
    const other = new LabelStore(dir, NAMES);
    const first = await other.save([{ row: 0, label: "a" }], start);
    const second = await store.save([{ row: 1, label: "b" }], start);
    assertEquals(second, { saved: false, labels: first.labels });
    assertEquals((await other.read()).decisions, [{ row: 0, label: "a" }]);
    // Of several at once the first one wins.
    const all = await Promise.all(
      [1, 2].map((row) => store.save([{ row, label: "b" }], first.labels)),
    );
    assertEquals(all.map(({ saved }) => saved), [true, false]);
  });
});

Deno.test("LabelStore keeps what was spread apart from what a person said", async () => {
  await withStore(async (store, dir) => {
    const text = store.format([{ row: 1, label: "b" }, { row: 2 }], ["a", "a", "a"]);
    assertEquals(text.trim().split("\r\n").slice(1), [
      "b.png,b,person",
      "c.png,,person",
      "a.png,a,propagated",
    ]);
    await Deno.writeTextFile(`${dir}/${RUN_FILES.labels}`, text);
    assertEquals((await store.read()).decisions, [{ row: 1, label: "b" }, { row: 2 }]);
  });
});

Deno.test("LabelStore says which image the run has not", async () => {
  await withStore(async (store, dir) => {
    await Deno.writeTextFile(`${dir}/${RUN_FILES.labels}`, "File,Label\nd.png,x\n");
    await assertRejects(() => store.read(), InputError, 'the run has no image "d.png"');
  });
});

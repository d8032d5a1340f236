import { assertEquals } from "@std/assert";
import { Random } from "../../../lib/array/random.ts";
import { InputError } from "../../../lib/input_error.ts";
import { inParallel, trainAll } from "../../../train/studies/train_all.ts";
import { inFolder } from "../../command_line.ts";
import { writeTinyRun } from "../../tiny_run.ts";

Deno.test("inParallel() calls with each item once, in order, and at most so many at a time", async () => {
  const random = new Random(0);
  for (let turn = 0; turn < 30; turn++) {
    const items = Array.from({ length: random.integer(9) }, (_, i) => i);
    const parallel = 1 + random.integer(4);
    const called: number[] = [];
    let [now, most] = [0, 0];
    await inParallel(items, parallel, async (item) => {
      called.push(item);
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, random.integer(3)));
      now--;
    });
    assertEquals(called, items);
    assertEquals(most, Math.min(parallel, items.length));
  }
});

Deno.test("trainAll() trains what does not stand there, and a trial that fails does not end the others", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/a`);
    const trained: string[] = [];
    const { runs, failures } = await trainAll({
      trials: ["a", "b", "c"].map((name) => ({ name, options: {} })),
      out: dir,
      values: {},
      parallel: 2,
      print: () => {},
      train: async ({ out }) => {
        trained.push(String(out));
        if (out === `${dir}/b`) throw new InputError("Cannot train: no");
        await writeTinyRun(String(out));
      },
    });
    assertEquals(trained, [`${dir}/b`, `${dir}/c`]);
    assertEquals([...runs.keys()], ["a", "c"]);
    assertEquals([...failures], [["b", "Cannot train: no"]]);
  });
});

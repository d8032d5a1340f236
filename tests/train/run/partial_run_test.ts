import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { InputError } from "../../../lib/input_error.ts";
import { saveCheckpoint } from "../../../train/core/checkpoint.ts";
import {
  checkPartial,
  openPartial,
  partialName,
  type PartialRun,
} from "../../../train/run/partial_run.ts";
import { inFolder, namesIn } from "../../command_line.ts";

const described = { system: "vae", data: "ab", options: { beta: 4, threads: 1 } };

/** Saves a checkpoint of an epoch, as training does. */
async function save(partial: PartialRun, epoch: number, phase = 1): Promise<void> {
  const variable = tf.variable(tf.ones([2]));
  await saveCheckpoint(partial.checkpoint(phase), { variable })({ epoch, phase: "p", loss: 1 });
  variable.dispose();
  partial.keep();
}

Deno.test("openPartial() goes on with the same data and options, and with no others", async () => {
  await inFolder(async (dir) => {
    const out = `${dir}/deep/run`;
    const partial = await openPartial(out, described, {});
    assertEquals(await partial.epoch(), 0);
    await save(partial, 3);
    await save(partial, 5, 2);
    partial.close();

    const resumed = await openPartial(out, described, { resume: true });
    assertEquals([await resumed.epoch(), resumed.dir], [5, `${out}.partial`]);
    resumed.close();
    const others: [typeof described, string][] = [
      [{ ...described, data: "cd" }, "its images or labels are not those that it was started with"],
      [
        { ...described, options: { beta: 1, threads: 1 } },
        "--beta was 4 when it was started, now 1",
      ],
      [
        { ...described, options: { beta: 4, latentDim: 2 } as never },
        "--threads was 1 when it was started, now not given",
      ],
      [{ ...described, system: "dcgan" }, "it was started with --model vae, dcgan is given now"],
    ];
    for (const [description, found] of others) {
      const error = await assertRejects(
        () => openPartial(out, description, { resume: true }),
        InputError,
      );
      assertEquals(
        error.message,
        `Cannot resume "${out}": ${found}; --force instead of --resume starts anew`,
      );
    }
    const again = await openPartial(out, described, { resume: true });
    assertEquals(await again.epoch(), 5);
    await again.remove();
    assertEquals(namesIn(`${dir}/deep`), []);
  });
});

Deno.test("openPartial() starts anew only with force where something can be gone on from", async () => {
  await inFolder(async (dir) => {
    const out = `${dir}/run`;
    await assertRejects(
      () => checkPartial(out, { resume: true }),
      InputError,
      `Cannot resume "${out}": there is no "${out}.partial" with a checkpoint`,
    );
    // A killed process that had no checkpoint yet leaves nothing worth keeping.
    (await openPartial(out, described, {})).close();
    const partial = await openPartial(out, described, {});
    await save(partial, 3);
    await assertRejects(
      () => checkPartial(out, {}),
      InputError,
      `Cannot train: another process is training into "${out}"`,
    );
    await assertRejects(() => openPartial(out, described, { force: true }), InputError, "another");
    partial.close();
    await assertRejects(
      () => checkPartial(out, {}),
      InputError,
      `Cannot train: "${out}.partial" holds a training that was interrupted after epoch 3, --resume goes on with it, --force starts anew`,
    );
    const anew = await openPartial(out, described, { force: true });
    assertEquals(await anew.epoch(), 0);
    await anew.remove();
  });
});

Deno.test("openPartial() throws for files that train did not write", async () => {
  await inFolder(async (dir) => {
    const out = `${dir}/run`;
    const partial = await openPartial(out, described, {});
    await save(partial, 1);
    partial.close();
    const text = await Deno.readTextFile(`${out}.partial/training.json`);
    for (const bad of ["", "{}", text.slice(0, -1), text.replace('"ab"', "7"), "[]", "null"]) {
      await Deno.writeTextFile(`${out}.partial/training.json`, bad);
      await assertRejects(
        () => openPartial(out, described, { resume: true }),
        InputError,
        "it is not the file that train wrote",
      );
    }
    await Deno.writeTextFile(partial.checkpoint(1), "nothing");
    await assertRejects(() => openPartial(out, described, { resume: true }), InputError);
  });
});

Deno.test("remove() leaves no empty folder that was not there, and those that hold something", async () => {
  await inFolder(async (dir) => {
    const open = () => openPartial(`${dir}/runs/deep/run`, described, {});
    await (await open()).remove();
    assertEquals(namesIn(dir), []);
    const partial = await open();
    await Deno.writeTextFile(`${dir}/runs/note`, "");
    await partial.remove();
    assertEquals([namesIn(dir), namesIn(`${dir}/runs`)], [["runs"], ["note"]]);
  });
});

Deno.test("partialName() is a name that file systems take", () => {
  assertEquals(partialName("runs/mine/"), "runs/mine.partial");
  assertEquals(partialName("a".repeat(255)).length, 255);
});

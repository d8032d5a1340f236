import { assertEquals, assertRejects } from "@std/assert";
import { parseFlags } from "../../../lib/command/flags.ts";
import { InputError } from "../../../lib/input_error.ts";
import { program } from "../../../train/main.ts";
import { trainProcess } from "../../../train/studies/train_process.ts";
import { inFolder, namesIn } from "../../command_line.ts";
import { QUICK, writeTinyFiles } from "../tiny_files.ts";

Deno.test("trainProcess() tells of each epoch, ends a training early, and says why one failed", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const files = ["train", "val", "test"].flatMap((role) => [`--${role}`, `${dir}/${role}.npz`]);
    const values = {
      ...parseFlags([...files, ...QUICK, "--engine", "tfjs"], program) as Record<string, unknown>,
      model: "vae",
      epochs: 100_000,
      out: `${dir}/run`,
    };
    const epochs: number[] = [];
    await trainProcess(values, { onEpoch: ({ epoch }) => epochs.push(epoch) < 2 });
    assertEquals(epochs.slice(0, 2), [1, 2]);
    assertEquals(namesIn(dir).includes("run"), false);
    const failing = () =>
      trainProcess({ ...values, train: `${dir}/none.npz`, out: `${dir}/other` });
    await assertRejects(failing, InputError, "none.npz");
  });
});

import { defineCommand, runCommand } from "../../lib/command/command.ts";
import { deviceOptions } from "../../lib/command/device_options.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { withDevice } from "../../lib/command/with_device.ts";
import { checkFileOut } from "../../lib/files/atomic_write.ts";
import { InputError } from "../../lib/input_error.ts";
import { readRun } from "../../lib/run/run_folder.ts";
import { classifySource } from "../classify.ts";
import { openClassifier } from "../classifier.ts";
import { openRunImages } from "../load.ts";
import { runTraining } from "../run_training.ts";

/** Where predictions go. */
const OUT = "bird.csv";

/** The side to which images are resized, and the parameters that the assignment allows. */
const TRAIN_FLAGS = ["--model", "classifier", "--class-weights", "balanced"];
const MAX_PARAMETERS = 80_000_000;

/** The command lines of the birds assignment. Outputs are replaced without `--force`. */
export const program = defineCommand({
  name: "bird",
  description:
    "Train and test a classifier with the command lines of the birds assignment; outputs are replaced",
  positionals: {
    dataset: {
      description: "Images: a folder with a sub-folder per class, .npz or another source",
    },
    mode: { description: "train or test" },
    run: { description: "The run folder" },
  },
  options: {
    ...deviceOptions,
    size: {
      kind: "integer",
      description: "Resize images to this height and width, to train",
      default: 128,
      min: 8,
    },
    epochs: {
      kind: "integer",
      description: "Passes over the training images; by default as many as train takes",
      min: 1,
    },
  },
  examples: [
    { does: "Train on 4 of 5 images of each class", line: "deno task bird DATASET train RUN" },
    { does: "Write bird.csv, a row an image in order", line: "deno task bird DATASET test RUN" },
  ],
  async run({ dataset, mode, run: dir, size, epochs, ...device }, host) {
    if (mode === "train") {
      const code = await runTraining([
        ...TRAIN_FLAGS,
        ...["--train", dataset, "--out", dir, "--size", String(size), "--force"],
        ...["--max-params", String(MAX_PARAMETERS)],
        ...epochs === undefined ? [] : ["--epochs", String(epochs)],
        ...device.device === undefined ? [] : ["--device", device.device],
        ...device.profile ? ["--profile"] : [],
      ]);
      if (code !== 0) host.exit(code);
      return;
    }
    if (mode !== "test") {
      throw new InputError(
        `Cannot run bird: "${mode}" stands where "train" or "test" is needed, as in "DATASET train RUN"`,
      );
    }
    await checkFileOut(OUT, { force: true });
    const run = await readRun(dir);
    // The file has one column: no names of files.
    const { fileNames: _, ...source } = await openRunImages(dataset, run);
    const lines = await withDevice(
      { ...device, threads: 0 },
      host.status,
      async (session) =>
        await classifySource(source, openClassifier(run, session), {
          out: OUT,
          force: true,
          status: host.status,
        }),
    );
    for (const line of lines) host.print(line);
  },
});

if (import.meta.main) await runCommand(program, PROCESS);

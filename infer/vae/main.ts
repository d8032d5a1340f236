import { readRun, RUN_FILES } from "../../lib/run/run_folder.ts";
import { deviceOptions } from "../../lib/command/device_options.ts";
import { InputError } from "../../lib/input_error.ts";
import { defineCommand, type Host, runCommand } from "../../lib/command/command.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { checkFileOut, writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { runTraining } from "../run_training.ts";

/** The command lines of `vae`. */
const FORMS = [
  "TRAIN.npz VAL.npz train RUN gmm.json",
  "TEST.npz test_reconstruction RUN",
  "TEST.npz test_classifier RUN gmm.json",
];

/**
 * The command lines of the assignment. Outputs are replaced without `--force`, as its scripts
 * expect.
 */
export const program = defineCommand({
  name: "vae",
  description: "Train and test with the command lines of the assignment; outputs are replaced",
  positionals: {
    first: { description: "TRAIN.npz, or TEST.npz to test", optional: true },
    second: {
      description: "VAL.npz to train, test_reconstruction or test_classifier to test",
      optional: true,
    },
    third: { description: "The word train, or the run folder to test", optional: true },
    fourth: {
      description: "The run folder to train, gmm.json for test_classifier",
      optional: true,
    },
    fifth: { description: "gmm.json to train", optional: true },
  },
  options: deviceOptions,
  examples: [
    { does: "Train on unlabelled images; VAL.npz holds the few labelled ones", line: line(0) },
    { does: "Write vae_reconstructed.npz", line: line(1) },
    { does: "Write vae.csv", line: line(2) },
  ],
  async run({ first, second, third, fourth, fifth, device, profile }, host) {
    const words = [first, second, third, fourth, fifth].filter((word) => word !== undefined);
    if (words.length === 5 && third === "train") {
      const flags = [
        ...device === undefined ? [] : ["--device", device],
        ...profile ? ["--profile"] : [],
      ];
      return await train(words, { flags, exit: host.exit });
    }
    const { testClassifier, testReconstruction } = await import("./test_modes.ts");
    const [images, , run, mixture] = words;
    const options = { run, status: host.status, device, profile };
    let lines: string[];
    if (words.length === 3 && second === "test_reconstruction") {
      lines = await testReconstruction(images, options);
    } else if (words.length === 4 && second === "test_classifier") {
      lines = await testClassifier(images, { ...options, mixture });
    } else throw wrongWords(words);
    for (const line of lines) host.print(line);
  },
});

/** What the words should have been: by their number there is one command line that is meant. */
function wrongWords(words: readonly string[]): InputError {
  const form = FORMS.find((form) => form.split(" ").length === words.length);
  const at = form?.split(" ").findIndex((word) => /^[a-z]+(_|$)/.test(word) && word !== "gmm.json");
  return new InputError(
    form === undefined
      ? `Cannot run vae: there are ${words.length} words, of "${FORMS.join('", "')}" one is needed`
      : `Cannot run vae: "${words[at!]}" stands where "${
        form.split(" ")[at!]
      }" is needed, as in "${form}"`,
  );
}

function line(form: number): string {
  return `deno task vae ${FORMS[form]}`;
}

/** Training is another program: the two meet only in the run folder. */
async function train(
  [images, val, , run, mixture]: readonly string[],
  { flags, exit }: { flags: readonly string[]; exit: Host["exit"] },
): Promise<void> {
  await checkFileOut(mixture, { force: true });
  const data = ["--train", images, "--val", val];
  const code = await runTraining(["--model", "vae", ...data, "--out", run, "--force", ...flags]);
  if (code !== 0) return exit(code);
  const fitted = await (await readRun(run)).read(RUN_FILES.mixture);
  await writeFile(mixture, (file) => writeAll(file, fitted), { force: true });
}

if (import.meta.main) await runCommand(program, PROCESS);

import { InputError } from "../../lib/input_error.ts";
import { defineCommand, type Host, runCommand } from "../../lib/run_command.ts";

const MODES = "train, test_reconstruction or test_classifier";

/**
 * The words of the assignment that Glimpse was born from. Outputs are replaced without asking, as
 * its scripts expect.
 */
const vae = defineCommand({
  name: "vae",
  description: "Train and test by the words of the assignment; outputs are replaced",
  positionals: {
    first: { description: "TRAIN.npz, or TEST.npz to test" },
    second: { description: "VAL.npz to train, test_reconstruction or test_classifier to test" },
    third: { description: "train to train, or the run folder to test" },
    fourth: {
      description: "The run folder to train, gmm.json for test_classifier",
      optional: true,
    },
    fifth: { description: "gmm.json to train", optional: true },
  },
  options: {},
  examples: [
    {
      does: "Train on unlabelled images, VAL.npz holding the few labelled ones",
      line: "deno task vae TRAIN.npz VAL.npz train RUN gmm.json",
    },
    {
      does: "Write vae_reconstructed.npz",
      line: "deno task vae TEST.npz test_reconstruction RUN",
    },
    { does: "Write vae.csv", line: "deno task vae TEST.npz test_classifier RUN gmm.json" },
  ],
  async run({ first, second, third, fourth, fifth }, host) {
    if (third === "train" && fourth !== undefined && fifth !== undefined) {
      return await train({ train: first, val: second, run: fourth, mixture: fifth }, host);
    }
    const { testClassifier, testReconstruction } = await import("./test_modes.ts");
    if (second === "test_reconstruction" && fourth === undefined) {
      return print(await testReconstruction(first, third, host.status), host);
    }
    if (second === "test_classifier" && fourth !== undefined && fifth === undefined) {
      return print(
        await testClassifier(first, { run: third, mixture: fourth, status: host.status }),
        host,
      );
    }
    throw new InputError(
      `Cannot run vae: these words fit none of ${MODES}, --help shows each in full`,
    );
  },
});

function print(lines: readonly string[], host: Host): void {
  for (const line of lines) host.print(line);
}

/** Training is another program: the two meet only in the run folder. */
async function train(
  words: { train: string; val: string; run: string; mixture: string },
  { exit }: Host,
): Promise<void> {
  const { train, val, run, mixture } = words;
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "train", "--train", train, "--val", val, "--out", run, "--force"],
  }).spawn().status;
  if (code !== 0) exit(code);
  await Deno.copyFile(`${run}/gmm.json`, mixture);
}

if (import.meta.main) {
  await runCommand(vae, {
    args: Deno.args,
    print: console.log,
    status: Deno.stderr,
    exit: Deno.exit,
  });
}

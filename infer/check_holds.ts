import { InputError } from "../lib/input_error.ts";
import { checkNamed, type Run } from "../lib/run/run_folder.ts";

/** The systems whose runs hold a file, as `--model` names them. */
const SYSTEMS_WITH: Readonly<Record<string, readonly string[]>> = {
  "encoder.onnx": ["vae", "few-labels", "autoencoder", "vq-vae"],
  "decoder.onnx": ["vae", "few-labels", "autoencoder", "vq-vae"],
  "classifier.onnx": ["vae", "few-labels", "classifier"],
  "classifier_uint8.onnx": ["vae", "few-labels", "classifier"],
  "latents.npz": ["vae", "few-labels", "autoencoder"],
  "labelling.npz": ["few-labels --labels-per-class 0"],
  "gmm.json": ["vae"],
};

/**
 * Checks that a run holds what a command needs: which files there are depends on its system.
 *
 * @param files Names in the run folder.
 * @param options.action What is to be done, such as `explore`.
 * @throws {InputError} If it holds not all of them.
 */
export function checkHolds(
  run: Run,
  files: readonly string[],
  { action }: { action: string },
): void {
  const { dir, manifest: { system, files: held } } = run;
  const missing = files.filter((file) => !(file in held));
  if (missing.length === 0) return;
  checkNamed(run, `${action} with`);
  const systems = SYSTEMS_WITH[files[0]].filter((name) =>
    files.every((file) => SYSTEMS_WITH[file].includes(name))
  );
  throw new InputError(
    `Cannot ${action} with run "${dir}": its system ${system} has no ${
      missing.join(" and no ")
    }, a run of --model ${systems.join(" or ")} is needed`,
  );
}

/**
 * Checks that a run's decoder takes latent variables alone.
 *
 * @throws {InputError} If it takes a condition too.
 */
export function checkUnconditional(
  { dir, manifest: { system, condition } }: Run,
  { action }: { action: string },
): void {
  if (condition === undefined) return;
  const [needed, flag] = condition === "label"
    ? ["a label", "--label"]
    : ["a part of an image", "--complete"];
  throw new InputError(
    `Cannot ${action} with run "${dir}": its system ${system} decodes nothing without ${needed}, use deno task generate ${flag}`,
  );
}

import { createHash } from "node:crypto";
import { openBytes } from "../data/bytes.ts";
import { InputError } from "../input_error.ts";
import { runProgram } from "./run_program.ts";

/** A wheel on PyPI that libraries are taken from; of the Python in it nothing is used. */
export interface Wheel {
  /** Such as `onnxruntime-gpu==1.30.0`. */
  readonly requirement: string;
  readonly file: string;
  readonly sha256: string;
}

/**
 * Downloads a wheel with pip, as pip is set up to reach its index, whatever Python it runs in.
 *
 * @param options.python The Python whose pip downloads.
 * @param options.into The folder to download into.
 * @returns Its path.
 * @throws {InputError} If there is no pip, the index has no such file, or it is not the one meant.
 */
export async function downloadWheel(
  wheel: Wheel,
  { python, into }: { python: string; into: string },
): Promise<string> {
  const instead = `or download ${wheel.file} elsewhere and give it with --wheel`;
  // NAME-VERSION-PYTHON-ABI-PLATFORM.whl (PEP 427, "File name convention").
  const [, , version, abi, platform] = wheel.file.replace(/\.whl$/, "").split("-");
  await runProgram(python, [
    ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"],
    ...["--only-binary=:all:", "--implementation=cp", `--platform=${platform}`, `--abi=${abi}`],
    ...[`--python-version=${version.replace(/^cp3/, "3.")}`, "--dest", into, wheel.requirement],
  ], {
    action: `download ${wheel.requirement}`,
    missing: `install Python (apt-get install python3-pip), ${instead}`,
    causes: [
      [
        /No module named pip/,
        `${python} has no pip, install it (apt-get install python3-pip), ${instead}`,
      ],
      [/No matching distribution/, `pip's index offers no ${wheel.file}, ${instead}`],
    ],
  });
  const path = `${into}/${wheel.file}`;
  await checkWheel(path, [wheel]);
  return path;
}

/**
 * Checks that a file is one of the wheels that are known, whatever it is called.
 *
 * @throws {InputError} If its SHA-256 is that of none.
 */
export async function checkWheel(path: string, wheels: readonly Wheel[]): Promise<void> {
  const hash = createHash("sha256");
  for await (const block of (await openBytes(path)).open()) hash.update(block);
  const found = hash.digest("hex");
  if (!wheels.some(({ sha256 }) => sha256 === found)) {
    throw new InputError(
      `Cannot use ${JSON.stringify(path)}: its SHA-256 is ${found}, that of ${
        wheels.map(({ file }) => file).join(" or ")
      } is needed`,
    );
  }
}

import { InputError } from "../input_error.ts";
import { type CommandOutput, platform } from "../platform/platform.ts";

/** Options for {@linkcode runProgram}. */
export interface RunProgramOptions {
  /** The working folder. */
  cwd?: string;
  /** What is being done, for the error: `Cannot <action>: …`. */
  action: string;
  /** What to do where the program is missing. */
  missing: string;
  /** What to do where it fails, by what its output says; the first that fits is taken. */
  causes?: readonly (readonly [RegExp, string])[];
}

/** Lines of a failed program's output that are shown. */
const SHOWN_LINES = 6;

/**
 * Runs a program to its end.
 *
 * @returns What it wrote to standard output.
 * @throws {InputError} If there is no such program, or it fails.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, action, missing, causes = [] }: RunProgramOptions,
): Promise<string> {
  const command = new platform.Command(program, {
    args: [...args],
    ...cwd === undefined ? {} : { cwd },
    env: { NO_COLOR: "1", LC_ALL: "C" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  let output: CommandOutput;
  try {
    output = await command.output();
  } catch (error) {
    if (!(error instanceof platform.errors.NotFound)) throw error;
    throw new InputError(`Cannot ${action}: there is no program ${program}, ${missing}`, {
      cause: error,
    });
  }
  if (output.success) return decode(output.stdout);
  const said = `${decode(output.stdout)}\n${decode(output.stderr)}`.trim();
  const cause = causes.find(([sign]) => sign.test(said));
  if (cause !== undefined) throw new InputError(`Cannot ${action}: ${cause[1]}`);
  const lines = said.split("\n").slice(-SHOWN_LINES).join("\n");
  throw new InputError(`Cannot ${action}: ${program} failed with these lines\n${lines}`);
}

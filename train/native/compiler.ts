import { InputError } from "../../lib/input_error.ts";
import { platform } from "../../lib/platform/platform.ts";

/** A C compiler that works here. */
export interface Compiler {
  readonly command: string;
  /** The first line that it says of itself. */
  readonly version: string;
  /** The flag that makes it compile for this processor. */
  readonly machine: string;
  /** What it would compile for: all that it defines for this processor. */
  readonly target: string;
}

/** Where no compiler is, how to get one. */
export const COMPILER_FIX = platform.build.os === "darwin"
  ? "xcode-select --install brings one"
  : "apt install gcc brings one";

/** By the names that compilers have; the tasks allow to run the first two. */
export const COMPILERS = ["cc", "gcc", "clang"] as const;

/** What compilers call this processor; clang knows some by the second alone. */
const MACHINES = ["-march=native", "-mcpu=native"] as const;

/** Vector code; numbers as the C text has them, but for fused products and sums. */
export const FLAGS: readonly string[] = [
  "-std=gnu11",
  "-O3",
  "-fopenmp-simd",
  "-ffp-contract=fast",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-fPIC",
  "-Werror=implicit-function-declaration",
  "-pthread",
];

const FOUND = new Map<string, Compiler>();

/**
 * The first compiler that works; looked for once in the life of the process.
 *
 * @throws {InputError} If there is none.
 */
export async function findCompiler(
  commands: readonly string[] = COMPILERS,
): Promise<Compiler> {
  const found = FOUND.get(commands.join()) ?? await lookForCompiler(commands);
  FOUND.set(commands.join(), found);
  return found;
}

async function lookForCompiler(commands: readonly string[]): Promise<Compiler> {
  if (platform.dlopen === undefined) {
    throw new InputError(
      "Cannot compile: Node.js calls no compiled steps, Deno is needed for them",
    );
  }
  const faults: string[] = [];
  for (const command of commands) {
    try {
      const version = (await run(command, ["--version"])).split("\n")[0];
      const defines = (machine: string) =>
        run(command, [machine, "-dM", "-E", "-x", "c", "/dev/null"]);
      const [first, second] = MACHINES;
      const [machine, target] = await defines(first).then(
        (target) => [first, target],
        async () => [second, await defines(second)],
      );
      return { command, version, machine, target };
    } catch (error) {
      // What is not there can be allowed to run by no name.
      const { NotFound, NotCapable } = platform.errors;
      if (error instanceof NotFound || error instanceof NotCapable) continue;
      faults.push((error as Error).message);
    }
  }
  const found = faults.length === 0 ? `there is no C compiler (${commands.join(", ")})` : faults[0];
  throw new InputError(`Cannot compile: ${found}, ${COMPILER_FIX}`);
}

/**
 * Compiles C text to an object or a shared library.
 *
 * @throws {InputError} If the compiler says no, with the first error it gives.
 */
export async function compile(
  { command, machine, target }: Compiler,
  { source, out, objects = [], flags = FLAGS }: {
    source: string;
    /** Ends with `.o` or `.so`. */
    out: string;
    /** What a library is linked with. */
    objects?: readonly string[];
    flags?: readonly string[];
  },
): Promise<void> {
  try {
    // Left alone, compilers make vectors of half the width.
    const wide = target.includes("__AVX512F__") ? ["-mprefer-vector-width=512"] : [];
    await run(command, [
      machine,
      ...flags,
      ...wide,
      out.endsWith(".o") ? "-c" : "-shared",
      ...["-x", "c", "-", "-x", "none", ...objects, "-o", out, "-lm"],
    ], source);
  } catch (error) {
    throw new InputError(`Cannot compile: ${(error as Error).message}`, { cause: error });
  }
}

/** What a program prints. */
async function run(command: string, args: readonly string[], input = ""): Promise<string> {
  const process = new platform.Command(command, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  // A program that ends before it has read everything says why itself.
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { success, code, stdout, stderr } = await process.output();
  if (success) return new TextDecoder().decode(stdout);
  const lines = new TextDecoder().decode(stderr).split("\n");
  const reason = lines.find((line) => line.includes("error")) ?? lines[0];
  throw new Error(`${command} ended with code ${code}${reason === "" ? "" : `, ${reason.trim()}`}`);
}

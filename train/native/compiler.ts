import { InputError } from "../../lib/input_error.ts";

/** A C compiler that works here. */
export interface Compiler {
  readonly command: string;
  /** The first line that it says of itself. */
  readonly version: string;
  /** What it would compile for: all that it defines for this processor. */
  readonly target: string;
}

/** Where no compiler is, how to get one. */
export const COMPILER_FIX = Deno.build.os === "darwin"
  ? "xcode-select --install installs one"
  : "apt install gcc, or your system's like, installs one";

/** By the names that compilers have; the tasks allow to run these alone. */
export const COMPILERS = ["cc", "clang", "gcc"] as const;

/** Vector code for this machine; numbers as the C text has them, but for fused products and sums. */
export const FLAGS: readonly string[] = [
  "-std=gnu11",
  "-O3",
  "-march=native",
  "-fopenmp-simd",
  "-ffp-contract=fast",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-fPIC",
  "-Werror=implicit-function-declaration",
  "-pthread",
];

/**
 * The first compiler that works.
 *
 * @throws {InputError} If there is none.
 */
export async function findCompiler(
  commands: readonly string[] = COMPILERS,
): Promise<Compiler> {
  const faults: string[] = [];
  for (const command of commands) {
    try {
      const version = (await run(command, ["--version"])).split("\n")[0];
      const target = await run(command, ["-march=native", "-dM", "-E", "-x", "c", "/dev/null"]);
      return { command, version, target };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) faults.push((error as Error).message);
    }
  }
  const found = faults.length === 0 ? `found none of ${commands.join(", ")}` : faults[0];
  throw new InputError(`Cannot compile: ${found}, ${COMPILER_FIX}`);
}

/**
 * Compiles C text to an object or a shared library.
 *
 * @throws {InputError} If the compiler says no, with the first error it gives.
 */
export async function compile(
  { command, target }: Compiler,
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
  const process = new Deno.Command(command, {
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

import { fileURLToPath } from "node:url";
import { runCommand } from "../lib/command/command.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What suffices; the two variables are read by sharp, and what follows by resvg. */
const PERMISSIONS = [
  "--allow-read",
  "--allow-write",
  "--allow-ffi",
  "--allow-env=npm_package_config_libvips,MALLOC_ARENA_MAX",
  "--allow-sys=cpus,hostname,networkInterfaces,osRelease",
];

/** What a program left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options for {@linkcode runMain}. */
export interface RunMainOptions {
  /** The working folder. */
  cwd: string;
}

/** Options for {@linkcode spawnMain}. */
export interface SpawnMainOptions extends RunMainOptions {
  /**
   * More permissions.
   *
   * @default {[]}
   */
  permissions?: readonly string[];
}

/**
 * Runs an entry point in this process, which saves the start of another: by what its module
 * exports as `program`.
 *
 * @param main Such as `infer/main.ts`.
 */
export async function runMain(
  main: string,
  args: readonly string[],
  { cwd }: RunMainOptions,
): Promise<Ended> {
  const { program } = await import(`../${main}`);
  const decoder = new TextDecoder();
  const ended = { code: 0, stdout: "", stderr: "" };
  const before = Deno.cwd();
  Deno.chdir(cwd);
  try {
    await runCommand(program, {
      args,
      print: (line) => ended.stdout += `${line}\n`,
      status: {
        writeSync: (bytes) => {
          ended.stderr += decoder.decode(bytes);
          return bytes.length;
        },
        isTerminal: () => false,
      },
      exit: (code) => ended.code ||= code,
    });
  } finally {
    Deno.chdir(before);
  }
  return ended;
}

/** Runs an entry point in a process of its own, with the permissions that suffice. */
export async function runProcess(
  main: string,
  args: readonly string[],
  options: SpawnMainOptions,
): Promise<Ended> {
  const { code, stdout, stderr } = await spawnMain(main, args, options).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts an entry point in a process of its own, without waiting. */
export function spawnMain(
  main: string,
  args: readonly string[],
  { cwd, permissions = [] }: SpawnMainOptions,
): Deno.ChildProcess {
  const flags = ["--no-prompt", "--config", `${ROOT}deno.json`, ...PERMISSIONS, ...permissions];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, `${ROOT}${main}`, ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Starts a program given as text, its imports relative to the repository, with every permission. */
export function spawnProgram(program: string, cwd: string): Deno.ChildProcess {
  const text = program.replaceAll(' from "./', ` from "file://${ROOT}`);
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", `${ROOT}deno.json`, "--ext=ts", text],
    cwd,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Waits until a program has printed something, and returns it. */
export async function firstOutput(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return new TextDecoder().decode(value);
}

/** The names in a folder, sorted. */
export function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}

/** Runs a test in a folder of its own, which is removed at the end. */
export async function inFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "glimpse-test-" });
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

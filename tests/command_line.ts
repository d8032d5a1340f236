import { fileURLToPath } from "node:url";

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
  /**
   * More permissions.
   *
   * @default {[]}
   */
  permissions?: readonly string[];
}

/** Runs one of the entry points as a person would, and waits for its end. */
export async function runMain(
  main: string,
  args: readonly string[],
  options: RunMainOptions,
): Promise<Ended> {
  const { code, stdout, stderr } = await spawnMain(main, args, options).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Starts one of the entry points as {@linkcode runMain} does, without waiting. */
export function spawnMain(
  main: string,
  args: readonly string[],
  { cwd, permissions = [] }: RunMainOptions,
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

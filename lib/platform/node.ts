import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Command } from "./node_command.ts";
import { OpenFile, type OpenOptions } from "./node_file.ts";
import type { Platform } from "./platform.ts";

type Path = string | URL;

/** What is at a path, with the fields of Deno's `FileInfo` that are read. */
interface Info {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
}

function kindOf(entry: fs.Dirent | fs.Stats): Info {
  return {
    isFile: entry.isFile(),
    isDirectory: entry.isDirectory(),
    isSymlink: entry.isSymbolicLink(),
  };
}

function infoOf(stats: fs.Stats): Info & { readonly size: number; readonly mtime: Date } {
  return { ...kindOf(stats), size: stats.size, mtime: stats.mtime };
}

/** Bytes as `Uint8Array` of their own: a `Buffer` may share its memory. */
function bytesOf(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** The class of errors with a code: what is `instanceof` it has the code. */
function errorsWith(code: string) {
  return {
    [Symbol.hasInstance]: (error: unknown) => (error as { code?: string } | null)?.code === code,
  };
}

async function* readDir(path: Path) {
  for await (const entry of await fs.promises.opendir(path)) {
    yield { name: entry.name, ...kindOf(entry) };
  }
}

async function remove(path: Path, { recursive = false } = {}): Promise<void> {
  const isFolder = (await fs.promises.lstat(path)).isDirectory();
  if (isFolder && !recursive) await fs.promises.rmdir(path);
  else await fs.promises.rm(path, { recursive });
}

function removeSync(path: Path, { recursive = false } = {}): void {
  if (fs.lstatSync(path).isDirectory() && !recursive) fs.rmdirSync(path);
  else fs.rmSync(path, { recursive });
}

interface WriteOptions {
  createNew?: boolean;
  mode?: number;
}

function asNode({ createNew, ...options }: WriteOptions = {}) {
  return { ...options, flag: createNew ? "wx" : "w" };
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

const granted = { state: "granted" };

/** What {@linkcode Platform} asks for, on Node.js: no locks of files, and no shared libraries. */
const functions = {
  runtime: ["node", process.versions.node],
  copyFile: (from: Path, to: Path) => fs.promises.copyFile(from, to),
  lstat: async (path: Path) => infoOf(await fs.promises.lstat(path)),
  lstatSync: (path: Path) => infoOf(fs.lstatSync(path)),
  makeTempDir: ({ prefix = "" } = {}) => fs.promises.mkdtemp(join(tmpdir(), prefix)),
  mkdir: (path: Path, options?: object) => fs.promises.mkdir(path, options),
  mkdirSync: (path: Path, options?: object) => fs.mkdirSync(path, options),
  // deno-lint-ignore require-await -- what fails is a rejection
  open: async (path: Path, options?: OpenOptions) => new OpenFile(path, options),
  openSync: (path: Path, options?: OpenOptions) => new OpenFile(path, options),
  readDir,
  readDirSync: (path: Path) =>
    fs.readdirSync(path, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, ...kindOf(entry) })),
  readFile: async (path: Path) => bytesOf(await fs.promises.readFile(path)),
  readTextFile: (path: Path) => fs.promises.readFile(path, "utf8"),
  readTextFileSync: (path: Path) => fs.readFileSync(path, "utf8"),
  realPath: (path: Path) => fs.promises.realpath(path),
  remove,
  removeSync,
  rename: (from: Path, to: Path) => fs.promises.rename(from, to),
  renameSync: (from: Path, to: Path) => fs.renameSync(from, to),
  stat: async (path: Path) => infoOf(await fs.promises.stat(path)),
  statSync: (path: Path) => infoOf(fs.statSync(path)),
  writeFile: (path: Path, bytes: Uint8Array, options?: WriteOptions) =>
    fs.promises.writeFile(path, bytes, asNode(options)),
  writeTextFile: (path: Path, text: string, options?: WriteOptions) =>
    fs.promises.writeFile(path, text, asNode(options)),
  writeTextFileSync: (path: Path, text: string, options?: WriteOptions) =>
    fs.writeFileSync(path, text, asNode(options)),
  SeekMode: { Start: 0, Current: 1, End: 2 },
  errors: {
    AlreadyExists: errorsWith("EEXIST"),
    IsADirectory: errorsWith("EISDIR"),
    NotADirectory: errorsWith("ENOTDIR"),
    NotCapable: errorsWith("no such code: Node.js asks for no permissions"),
    NotFound: errorsWith("ENOENT"),
    PermissionDenied: errorsWith("EACCES"),
  },
  Command,
  addSignalListener: (signal: NodeJS.Signals, listener: () => void) => process.on(signal, listener),
  removeSignalListener: (signal: NodeJS.Signals, listener: () => void) =>
    process.off(signal, listener),
  args: process.argv.slice(2),
  consoleSize: () => ({ columns: process.stderr.columns ?? 80, rows: process.stderr.rows ?? 24 }),
  cwd: () => process.cwd(),
  env: {
    get: (name: string) => process.env[name],
    set: (name: string, value: string) => process.env[name] = value,
  },
  exit: (code?: number) => process.exit(code),
  memoryUsage: () => process.memoryUsage(),
  permissions: { query: () => Promise.resolve(granted), querySync: () => granted },
  stderr: {
    writeSync: (bytes: Uint8Array) => fs.writeSync(2, bytes),
    isTerminal: () => process.stderr.isTTY === true,
  },
  stdin: { isTerminal: () => process.stdin.isTTY === true },
  build: {
    os: process.platform === "win32" ? "windows" : process.platform,
    arch: ARCHITECTURES[process.arch] ?? process.arch,
  },
} satisfies Record<Exclude<keyof Platform, "dlopen">, unknown>;

/** Node.js; `build:npm` takes this module for `platform.ts`. */
export const platform = functions as unknown as Platform;

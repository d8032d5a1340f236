/** A file that is open. */
export type FsFile = Deno.FsFile;
/** What is at a path. */
export type FileInfo = Deno.FileInfo;
/** The name of a signal. */
export type Signal = Deno.Signal;
/** A process that was started. */
export type ChildProcess = Deno.ChildProcess;
/** How a process ended. */
export type CommandStatus = Deno.CommandStatus;
/** How a process ended, and what it wrote. */
export type CommandOutput = Deno.CommandOutput;
/** A shared library that is loaded. */
export type DynamicLibrary<S extends ForeignLibraryInterface> = Deno.DynamicLibrary<S>;
/** The functions that are wanted of a shared library. */
export type ForeignLibraryInterface = Deno.ForeignLibraryInterface;

/** What Glimpse needs of the system beside Node.js's own modules. */
export interface Platform extends
  Pick<
    typeof Deno,
    // Files.
    | "copyFile"
    | "lstat"
    | "lstatSync"
    | "makeTempDir"
    | "mkdir"
    | "mkdirSync"
    | "open"
    | "openSync"
    | "readDir"
    | "readDirSync"
    | "readFile"
    | "readTextFile"
    | "readTextFileSync"
    | "realPath"
    | "remove"
    | "removeSync"
    | "rename"
    | "renameSync"
    | "stat"
    | "statSync"
    | "writeFile"
    | "writeTextFile"
    | "writeTextFileSync"
    | "SeekMode"
    | "errors"
    // This process, others, and the machine.
    | "Command"
    | "addSignalListener"
    | "args"
    | "consoleSize"
    | "cwd"
    | "env"
    | "exit"
    | "memoryUsage"
    | "permissions"
    | "removeSignalListener"
    | "stderr"
    | "stdin"
    | "build"
  > {
  /** Its name and version. */
  readonly runtime: readonly [name: "deno" | "node", version: string];
  /** Loads a shared library; absent where the runtime calls none. */
  readonly dlopen?: typeof Deno.dlopen;
}

/** Deno; in the npm package, `node.ts` stands in the place of this module. */
export const platform: Platform = Object.create(Deno, {
  runtime: { value: ["deno", Deno.version.deno] },
});

import { cString, openCLibrary } from "./c_library.ts";

/** Functions on file descriptors (POSIX.1-2017). */
const FUNCTIONS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  dup: { parameters: ["i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

const STDERR = 2;
const WRITE_ONLY = 1;

/**
 * Runs `work` with standard error closed to native libraries, which log there what they also report
 * as errors. On Windows, where they do not, it only runs `work`.
 */
export async function quietStderr<T>(work: () => Promise<T>): Promise<T> {
  const library = openCLibrary(FUNCTIONS);
  if (library === undefined) return await work();
  const { open, dup, dup2, close } = library.symbols;
  const kept = dup(STDERR);
  const nowhere = open(cString("/dev/null"), WRITE_ONLY);
  dup2(nowhere, STDERR);
  try {
    return await work();
  } finally {
    dup2(kept, STDERR);
    [kept, nowhere].forEach((descriptor) => close(descriptor));
    library.close();
  }
}

import { allocateFrom } from "../array/ndarray.ts";
import { explainFileError } from "../files/file_error.ts";
import { InputError } from "../input_error.ts";
import { cString, openCLibrary } from "./c_library.ts";

/** Arrays of at least so many bytes are kept on disk: 512 MiB. */
export const DISK_BYTES = 2 ** 29;

const FUNCTIONS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  // Linux only.
  posix_fallocate: { parameters: ["i32", "i64", "i64"], result: "i32", optional: true },
  mmap: { parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
  munmap: { parameters: ["pointer", "usize"], result: "i32" },
  madvise: { parameters: ["pointer", "usize", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

// <fcntl.h> and <sys/mman.h>, the same on Linux and macOS.
const O_RDWR = 2;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MADV_DONTNEED = 4;
const MAP_FAILED = 2n ** 64n - 1n;

/** How often the memory that holds parts of files is given back, in milliseconds. */
const RELEASE_MS = 500;

/** A file in memory. */
interface Mapping {
  readonly pointer: Deno.PointerObject;
  readonly bytes: bigint;
}

/**
 * From now on large arrays lie in files, which the system reads and writes as they are used, so that
 * images need not fit in memory. Nothing else about an array differs. The files have no name: they
 * are gone when the process ends, however it does. Elsewhere than on Linux and macOS, and on file
 * systems without memory mapping, arrays stay in memory.
 *
 * @param folder Where the files lie.
 * @param options.bytes The size from which an array is large. @default {DISK_BYTES}
 * @param options.onUse Called when the first array lies on disk.
 * @returns What makes arrays lie in memory again.
 */
export function useDisk(
  folder: string,
  { bytes: large = DISK_BYTES, onUse = () => {} }: { bytes?: number; onUse?: () => void } = {},
): Disposable {
  let library: Deno.DynamicLibrary<typeof FUNCTIONS> | undefined;
  const mappings = new Set<Mapping>();
  const unmap = new FinalizationRegistry((mapping: Mapping) => {
    mappings.delete(mapping);
    library?.symbols.munmap(mapping.pointer, mapping.bytes);
  });
  const previous = allocateFrom((bytes) => {
    if (bytes < large) return undefined;
    library ??= openCLibrary(FUNCTIONS);
    const pointer = library && mapFile(library, { folder, bytes });
    if (pointer === undefined) return undefined;
    if (mappings.size === 0) onUse();
    const buffer = Deno.UnsafePointerView.getArrayBuffer(pointer, bytes);
    const mapping = { pointer, bytes: BigInt(bytes) };
    mappings.add(mapping);
    unmap.register(buffer, mapping);
    return buffer;
  });
  // What was read stays in the system's cache of files as long as nobody else needs the memory.
  const timer = setInterval(() => {
    for (const { pointer, bytes } of mappings) {
      library?.symbols.madvise(pointer, bytes, MADV_DONTNEED);
    }
  }, RELEASE_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      allocateFrom(previous);
    },
  };
}

/** Maps a new file of zeros; `undefined` where that cannot be done. */
function mapFile(
  { symbols }: Deno.DynamicLibrary<typeof FUNCTIONS>,
  { folder, bytes }: { folder: string; bytes: number },
): Deno.PointerObject | undefined {
  const action = `keep ${Math.ceil(bytes / 2 ** 20)} MiB of images on disk in "${folder}"`;
  let path: string | undefined;
  try {
    Deno.mkdirSync(folder, { recursive: true });
    path = Deno.makeTempFileSync({ dir: folder, prefix: ".glimpse-images-" });
    if (symbols.posix_fallocate === null) writeZeros(path, bytes);
    const file = symbols.open(cString(path), O_RDWR);
    if (file < 0) return undefined;
    // All of its space now: a disk that is full later would end the process.
    const failure = symbols.posix_fallocate?.(file, 0n, BigInt(bytes)) ?? 0;
    const pointer = failure === 0
      ? symbols.mmap(null, BigInt(bytes), PROT_READ_WRITE, MAP_SHARED, file, 0n)
      : null;
    symbols.close(file);
    if (failure !== 0) throw new InputError(`Cannot ${action}: the disk is full`);
    return pointer === null || Deno.UnsafePointer.value(pointer) === MAP_FAILED
      ? undefined
      : pointer;
  } catch (error) {
    throw explainFileError(error, action);
  } finally {
    if (path !== undefined) Deno.removeSync(path);
  }
}

function writeZeros(path: string, bytes: number): void {
  using file = Deno.openSync(path, { write: true });
  const zeros = new Uint8Array(2 ** 22);
  for (let left = bytes; left > 0;) left -= file.writeSync(zeros.subarray(0, left));
}

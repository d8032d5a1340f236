import {
  type DynamicLibrary,
  type ForeignLibraryInterface,
  platform,
} from "../platform/platform.ts";

/** The C library of a system, by the name that its loader knows. */
const NAMES: Partial<Readonly<Record<string, string>>> = {
  linux: "libc.so.6",
  darwin: "libSystem.B.dylib",
};

/** Opens the C library for some of its functions; `undefined` where it is none of POSIX. */
export function openCLibrary<const S extends ForeignLibraryInterface>(
  functions: S,
): DynamicLibrary<S> | undefined {
  const name = NAMES[platform.build.os];
  return name === undefined ? undefined : platform.dlopen?.(name, functions);
}

/** Text as C functions take it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

import type { DynamicLibrary, ForeignLibraryInterface } from "../platform/platform.ts";

/** What a device needs and this machine lacks. */
export interface Missing {
  /** What is not there, as the start of a sentence: "the NVIDIA driver (libcuda.so.1) is missing". */
  readonly reason: string;
  /** The command or the step that brings it, as a sentence without a full stop. */
  readonly fix: string;
  /** Whether it is the hardware that is missing, or the driver without which none is seen. */
  readonly isHardware?: boolean;
}

/** What devices are looked for in. */
export interface Machine {
  /** Such as `linux`. */
  readonly os: string;
  /** Such as `x86_64`. */
  readonly arch: string;
  /** The providers that this build of ONNX Runtime knows, by its own names. */
  readonly backends: readonly string[];
  /** Where ONNX Runtime looks for the libraries of providers. */
  readonly folder: string;
  /** Loads a library as the system finds it; `undefined` if it cannot. */
  load<S extends ForeignLibraryInterface>(
    name: string,
    symbols: S,
  ): DynamicLibrary<S> | undefined;
}

/** A wheel of TensorFlow on PyPI, whose libtensorflow the binding is compiled against. */
export interface Wheel {
  /** As pip takes it. */
  readonly requirement: string;
  readonly file: string;
  readonly sha256: string;
  readonly megabytes: number;
}

/**
 * The newest release that the binding of 4.22.0 compiles and runs with, for Linux on x86-64. The
 * wheel of any Python does: of the Python in it nothing is used.
 */
export const WHEELS = {
  cpu: {
    requirement: "tensorflow-cpu==2.21.0",
    file: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    megabytes: 274,
  },
  gpu: {
    requirement: "tensorflow==2.21.0",
    file: "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    sha256: "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124",
    megabytes: 572,
  },
} as const satisfies Record<string, Wheel>;

/** The flags that make pip take that wheel, whatever Python it runs in. */
export const PIP_TARGET: readonly string[] = [
  "--only-binary=:all:",
  "--implementation=cp",
  "--python-version=3.11",
  "--abi=cp311",
  "--platform=manylinux_2_27_x86_64",
];

/** The oldest C library that those wheels run with, as their names say. */
export const OLDEST_GLIBC = "2.27";

import { checkWheel, type Wheel } from "../../../../lib/setup/wheel.ts";

/**
 * Wheels of TensorFlow on PyPI that hold libtensorflow, for Linux on x86-64: the newest release that
 * the binding of tfjs-node-gpu 4.22.0 compiles and runs with. `tensorflow` is built for CUDA 12 and
 * cuDNN 9.
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
} as const satisfies Record<string, Wheel & { megabytes: number }>;

/** The oldest C library that they run with, as their names say. */
export const OLDEST_GLIBC = "2.27";

/**
 * Checks a wheel that the user gives if it has the name of one that is known. Another release is the
 * user's to trust.
 *
 * @throws {InputError} If its SHA-256 is another.
 */
export async function checkGivenWheel(path: string): Promise<void> {
  const name = path.split(/[\\/]/).at(-1);
  const known = Object.values(WHEELS).find(({ file }) => file === name);
  if (known !== undefined) await checkWheel(path, [known]);
}

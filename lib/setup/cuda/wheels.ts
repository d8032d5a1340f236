import type { Wheel } from "../wheel.ts";

/** The versions of Python that wheels are made for, as their names have them, each with a hash. */
const HASHES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "1.30.0": {
    cp311: "4fbf0c5d7b5fb99266c2e8a802e3e64af68bdc383e0f3c7349b985f1087eedaa",
    cp312: "6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1",
    cp313: "9aba23f903f434cc55d851aeb801afee19e287c202f4ab8f59d02f04caa90aed",
    cp314: "5aacc98f394a13f4891c0a07e60479d8fb0b1ea6f3328b6b38cfc88f9dfb05ea",
  },
};

/**
 * The wheels of `onnxruntime-gpu` on PyPI that hold the CUDA provider of a version of ONNX Runtime,
 * for Linux on x86_64; empty if none is known. The provider must be of the very version that loads
 * it: the two are compiled against each other.
 */
export function cudaWheels(version: string): Wheel[] {
  return Object.entries(HASHES[version] ?? {}).map(([python, sha256]) => ({
    requirement: `onnxruntime-gpu==${version}`,
    file: `onnxruntime_gpu-${version}-${python}-${python}-manylinux_2_28_x86_64.whl`,
    sha256,
  }));
}

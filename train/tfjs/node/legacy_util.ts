import util from "node:util";

/**
 * What `@tensorflow/tfjs-node-gpu` 4.22.0 calls of `node:util` and newer runtimes drop: Deno 2.9 has
 * `isArray` still, and no `isNullOrUndefined`; Node 23 has neither. Each says which call it serves.
 */
const LEGACY: Readonly<Record<string, (value: unknown) => boolean>> = {
  // dist/nodejs_kernel_backend.js, getTFDTypeForInputs(): one tensor, or a list of them.
  isArray: Array.isArray,
  // dist/nodejs_kernel_backend.js, createTensorsTypeOpAttr() and getTFDTypeForInputs(), which every
  // kernel calls; and dist/kernels/TopK.js, for the defaults of k and sorted.
  isNullOrUndefined: (value) => value === null || value === undefined,
};

/** Gives `node:util` the functions that the package needs, where it has them no longer. */
export function restoreLegacyUtil(): void {
  for (const [name, fn] of Object.entries(LEGACY)) {
    if (!(name in util)) Object.assign(util, { [name]: fn });
  }
}

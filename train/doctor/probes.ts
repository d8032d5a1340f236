import type { EngineFinding } from "./diagnosis.ts";

/**
 * The engines that are probed, each in a process of its own. `onnx` is none of them: it is what its devices are. They are written
 * here once more because the tables that they stand in load native libraries, which may be broken;
 * a test holds them equal.
 */
export const ENGINE_PROBES: readonly Pick<EngineFinding, "name" | "backend">[] = [
  { name: "native", backend: null },
  { name: "tfjs", backend: "cpu" },
  { name: "tfjs", backend: "wasm" },
  { name: "tfjs-node-gpu", backend: null },
];

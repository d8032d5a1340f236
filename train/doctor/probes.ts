/** Something to find out about an engine, in a process of its own. */
export interface EngineProbe {
  readonly name: string;
  /** The TensorFlow.js backend that it takes its steps on, where it has several. */
  readonly backend: string | null;
}

/**
 * The engines that are probed. `onnx` is none of them: it is what its devices are. They are written
 * here once more because the tables that they stand in load native libraries, which may be broken;
 * a test holds them equal.
 */
export const ENGINE_PROBES: readonly EngineProbe[] = [
  { name: "tfjs", backend: "cpu" },
  { name: "tfjs", backend: "wasm" },
  { name: "tfjs-node-gpu", backend: null },
];

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { type DType, type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import type { KernelNode, Recorded } from "../recording/recorded.ts";
import { originOf, recordedKernels } from "../recording/recording.ts";

/**
 * Computes a recorded value that depends on no input while the caller waits, which ONNX Runtime
 * cannot: with the kernels of TensorFlow.js's `cpu` backend.
 *
 * @throws {Error} If that backend lacks a kernel.
 */
export function computeAtOnce(wanted: Recorded): NdArray {
  const cpu = tf.findBackend("cpu");
  const held: tf.DataId[] = [];
  const hold = (info: tf.TensorInfo) => {
    held.push(info.dataId);
    return info;
  };
  const results = new Map<KernelNode, readonly tf.TensorInfo[]>();
  const infoOf = (recorded: Recorded): tf.TensorInfo => {
    const shape = [...recorded.shape];
    const origin = originOf(recorded);
    if (origin.kind === "kernel") return { ...results.get(origin.node)![origin.index], shape };
    if (origin.kind === "input") throw new Error(`Cannot compute what input "${origin.name}" is`);
    const dataId = cpu.write(origin.array.data as tf.BackendValues, shape, recorded.dtype);
    return hold({ dataId, shape, dtype: recorded.dtype });
  };
  try {
    for (const node of recordedKernels({ inputs: {}, outputs: { wanted } })) {
      const kernel = tf.getKernel(node.kernel, "cpu");
      if (kernel === undefined) {
        throw new Error(`Cannot read a tensor at once: kernel "${node.kernel}" computed it`);
      }
      const given = Object.entries(node.inputs).map(([name, input]) => [name, infoOf(input)]);
      const isList = given.every(([name], i) => name === String(i));
      const inputs = isList ? given.map(([, info]) => info) : Object.fromEntries(given);
      const outputs = [kernel.kernelFunc({ inputs, attrs: node.attrs, backend: cpu })].flat();
      results.set(node, outputs.map(hold));
    }
    const { dataId } = infoOf(wanted);
    const data = cpu.readSync(dataId).slice();
    return ndarray(wanted.dtype as DType, wanted.shape, data as never);
  } finally {
    for (const dataId of held) cpu.disposeData(dataId);
  }
}

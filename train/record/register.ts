import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../lib/array/ndarray.ts";
import { RecordingBackend } from "./backend.ts";
import { recordKernel, RULES } from "./kernels/rules.ts";
import { BACKEND_NAME, type Recorded } from "./recording/recorded.ts";

/** The recording backend, registered with TensorFlow.js when this module is loaded. */
export const recordingBackend = new RecordingBackend();
tf.registerBackend(BACKEND_NAME, () => recordingBackend, 0);
for (const kernelName of kernelNames()) {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: kernelFunction(kernelName),
  });
}

/**
 * What stands behind a tensor, in its shape. Values that came from another backend are in the shape
 * of the tensor that first had them: there, a reshaped tensor shares its data.
 */
export function recordedTensor({ dataId, shape, dtype }: tf.TensorInfo): Recorded {
  const recorded = recordingBackend.recorded(dataId);
  const { source } = recorded;
  if (source.kind !== "constant" || tf.util.arraysEqual([...source.array.shape], shape)) {
    return { ...recorded, shape, dtype };
  }
  if (source.name !== undefined) {
    return recordKernel("Reshape", { x: recorded }, { shape }) as Recorded;
  }
  const array = ndarray(source.array.dtype, shape, source.array.data);
  return { source: { ...source, array }, shape, dtype };
}

/** Every kernel that TensorFlow.js names: those without a rule get a stub that says so. */
function kernelNames(): Set<string> {
  // The constants of kernel_names.js are the exports of tfjs-core whose value is a kernel's name.
  const named = Object.entries(tf).flatMap(([name, value]) =>
    typeof value === "string" && (value === name || value === `_${name}`) ? [value] : []
  );
  return new Set([...named, ...RULES.keys()]);
}

function kernelFunction(kernelName: string): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const given = Object.entries(inputs)
      // Optional ones may be absent; ragged kernels give lists, fromPixels gives images.
      .filter(([, input]) => (input as tf.TensorInfo | undefined)?.dataId !== undefined)
      .map(([name, input]) => [name, recordedTensor(input as tf.TensorInfo)] as const);
    const results = recordKernel(kernelName, Object.fromEntries(given), attrs);
    const toTensorInfo = (recorded: Recorded): tf.TensorInfo => {
      const { shape, dtype } = recorded;
      const input = given.find(([, each]) => each === recorded)?.[0];
      if (input === undefined) {
        return { dataId: recordingBackend.register(recorded), shape: [...shape], dtype };
      }
      // A rule that returns an input as it is shares its data.
      const { dataId } = (inputs as Record<string, tf.TensorInfo>)[input];
      recordingBackend.incRef(dataId);
      return { dataId, shape: [...shape], dtype };
    };
    return Array.isArray(results) ? results.map(toTensorInfo) : toTensorInfo(results);
  };
}

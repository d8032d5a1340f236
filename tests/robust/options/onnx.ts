import { ndarray } from "../../../lib/array/ndarray.ts";
import type { DType, NdArray } from "../../../lib/array/ndarray.ts";
import * as onnx from "../../../lib/onnx/mod.ts";
import * as runtime from "../../../lib/runtime/mod.ts";
import type { DeviceName } from "../../../lib/runtime/mod.ts";
import { tinyDecoder, tinyEncoder } from "../../tiny_run.ts";
import { type Case, hold, type Odd } from "./odd.ts";

const MODEL = tinyEncoder();
const images = ndarray("float32", [3, 4, 4, 1], new Float32Array(48).fill(0.5));

/** A graph of one operation. */
function graphOf(odd: Odd): onnx.Graph {
  const builder = new onnx.GraphBuilder({ name: odd.pick(["graph", ""]) });
  const x = builder.input("x", "float32", odd.list([2, 3]));
  const y = builder.op.Add(
    x,
    builder.constant(odd.array(ndarray("float32", [1], Float32Array.of(1)))),
  );
  builder.output(odd.pick(["y", "x2"]), y, "float32", odd.list([2, 3]));
  return builder.build();
}

/** A device that all machines have, or none has. */
const deviceOf = (odd: Odd) => odd.name("cpu" as DeviceName);

export const onnxCases: Record<string, Case> = {
  GraphBuilder: graphOf,
  isGraph: (odd) => onnx.isGraph(odd.pick([1, "a", [1], graphOf(odd)])),
  formatGraph: (odd) => onnx.formatGraph(graphOf(odd)),
  checkGraph: (odd) => onnx.checkGraph(graphOf(odd), []),
  broadcastShapes: (odd) => onnx.broadcastShapes([odd.pick([[2, 3], [1, 3], []]), [2, 1]]),
  isPure: (odd) => onnx.isPure(odd.pick(["Add", "RandomNormal", "Loop"])),
  operatorOf: (odd) => onnx.operatorOf(odd.name("Add")),
  reducedAxes: (odd) =>
    onnx.reducedAxes({ lists: [undefined], attributes: { axes: odd.pick([[0], [-1], []]) } }, 2),
  resultDtype: (odd) =>
    onnx.resultDtype(odd.pick(["Add", "Shape", "Cast"]), {
      dtypes: [odd.pick(["float32", "int64"] as const)],
      attributes: { to: 1 },
    }),
  onnxDataType: (odd) => {
    const type = onnx.onnxDataType(odd.name("float32" as DType));
    hold(Number.isInteger(type), `it is ${type}`);
  },
  neededOpset: (odd) => onnx.neededOpset(graphOf(odd)).opset,
  toOpset: (odd) => onnx.toOpset(graphOf(odd), odd.times(17)),
  encodeModel: (odd) => onnx.encodeModel({ graph: graphOf(odd), opset: 17 }).length,
  decodeModel: (odd) => {
    const bytes = onnx.encodeModel(MODEL);
    onnx.decodeModel(odd.pick([bytes, bytes.slice(0, 50), new Uint8Array()]));
  },
  differences: (odd) => onnx.differences({ x: odd.array(images) }, { x: images }),
  greatestDifferences: () =>
    onnx.greatestDifferences(onnx.differences({ x: images }, { x: images })),
  async writeModel(odd) {
    const dir = await Deno.makeTempDir();
    try {
      await onnx.writeModel(MODEL, `${dir}/${odd.name("model.onnx")}`, {
        externalDataBytes: odd.number(1e9),
      });
      hold([...Deno.readDirSync(dir)].length >= 1, "nothing is written");
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
  async createSession(odd) {
    const session = await runtime.createSession(odd.pick([MODEL, onnx.encodeModel(MODEL)]), {
      threads: odd.count(1),
      device: deviceOf(odd),
      spinning: odd.flag(),
    });
    try {
      const given = odd.array(images);
      const { z_mean } = await session.run({ images: given });
      hold(z_mean.shape[0] === given.shape[0], "another number of rows");
      return z_mean;
    } finally {
      await session.release();
    }
  },
  probeDevice: (odd) => runtime.probeDevice(deviceOf(odd), { all: odd.flag() }),
  proveDevice: (odd) => runtime.proveDevice(deviceOf(odd)),
  chooseDevice: (odd) => runtime.chooseDevice(odd.optional(deviceOf(odd))!),
  runtimeVersion: () => hold(/^\d/.test(runtime.runtimeVersion()), "no version"),
  async Profile() {
    const profile = new runtime.Profile();
    const session = await runtime.createSession(MODEL, { profile, threads: 1 });
    await session.run({ images });
    await session.release();
  },
};

/** Sessions of models, for a case. */
export async function withModels(
  use: (encoder: runtime.Session, decoder: runtime.Session) => Promise<NdArray>,
): Promise<NdArray> {
  const encoder = await runtime.createSession(MODEL, { threads: 1 });
  const decoder = await runtime.createSession(tinyDecoder(), { threads: 1 });
  try {
    return await use(encoder, decoder);
  } finally {
    await encoder.release();
    await decoder.release();
  }
}

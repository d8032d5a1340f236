import { assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { InputError } from "../../../lib/input_error.ts";
import type { Model } from "../../../lib/onnx/graph.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { encodeModel } from "../../../lib/onnx/proto.ts";
import {
  createSession,
  loadLibrary,
  probeDevice,
  proveDevice,
  runtimeFolder,
  runtimeVersion,
} from "../../../lib/runtime/session.ts";

/** `y = 2x` and `z = -x` of any number of values. */
function twoOutputs(): Model {
  const builder = new GraphBuilder();
  const x = builder.input("x", "float32", ["batch"]);
  builder.output("y", builder.op.Mul(x, 2), "float32", ["batch"]);
  builder.output("z", builder.op.Neg(x), "float32", ["batch"]);
  return { graph: builder.build(), opset: 17 };
}

const x = ndarray("float32", [3], Float32Array.of(1, -2, 0.5));

Deno.test("a session runs a model, its bytes or its file, and gives the outputs wanted", async () => {
  const path = await Deno.makeTempFile({ suffix: ".onnx" });
  try {
    const bytes = encodeModel(twoOutputs());
    await Deno.writeFile(path, bytes);
    for (const model of [twoOutputs(), bytes, path]) {
      const session = await createSession(model, { threads: 1 });
      assertEquals([session.inputNames, session.outputNames], [["x"], ["y", "z"]]);
      const { y, z } = await session.run({ x });
      assertEquals([[...y.data], [...z.data]], [[2, -4, 1], [-1, 2, -0.5]]);
      assertEquals([y.dtype, y.shape], ["float32", [3]]);
      assertEquals(Object.keys(await session.run({ x }, ["z"])), ["z"]);
      await session.release();
    }
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a session throws if an input is missing or of another shape", async () => {
  const session = await createSession(twoOutputs(), { threads: 1 });
  await assertRejects(() => session.run({}), Error, "x");
  const wrong = ndarray("float32", [1, 3], Float32Array.of(1, 2, 3));
  await assertRejects(() => session.run({ x: wrong }), Error);
  await session.release();
});

/** A device that `onnxruntime-node` does not have for this platform. */
const FOREIGN = Deno.build.os === "windows" ? "coreml" : "directml";

Deno.test("createSession() throws if the device cannot be used", async () => {
  const builder = new GraphBuilder();
  const x = builder.input("x", "float32", [1]);
  builder.output("y", builder.op.Neg(x), "float32", [1]);
  const { reason } = await probeDevice(FOREIGN);
  await assertRejects(
    () => createSession({ graph: builder.build(), opset: 17 }, { device: FOREIGN }),
    InputError,
    `Cannot use device ${FOREIGN}: ${reason}`,
  );
});

Deno.test("proveDevice() takes the processor as it is, and remembers what it found", async () => {
  assertEquals(await proveDevice("cpu"), { works: true, hasHardware: true });
  const first = await proveDevice(FOREIGN);
  assertEquals([first.works, await proveDevice(FOREIGN) === first], [false, true]);
});

Deno.test("the runtime's folder exists, and its version is that of deno.json", async () => {
  assertEquals((await Deno.stat(runtimeFolder())).isDirectory, true);
  const config = JSON.parse(
    await Deno.readTextFile(new URL("../../../deno.json", import.meta.url)),
  );
  assertEquals(config.imports["onnxruntime-node"], `npm:onnxruntime-node@${runtimeVersion()}`);
  assertEquals(loadLibrary("libno-such-library.so.1", {}), undefined);
});

import { assertEquals, assertMatch } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { createSession, type Session } from "../../../lib/runtime/session.ts";
import { tryDevice } from "../../../lib/runtime/try_device.ts";

Deno.test("tryDevice() finds that the CPU works", async () => {
  assertEquals(await tryDevice("cpu", createSession), { works: true, hasHardware: true });
});

Deno.test("tryDevice() rejects a device whose work is done elsewhere", async () => {
  // As a runtime would that falls back and says nothing.
  const probe = await tryDevice(
    "cuda",
    (model, options) => createSession(model, { ...options, device: "cpu" }),
  );
  assertEquals(probe.works, false);
  assertEquals(probe.reason, "ONNX Runtime ran a MatMul elsewhere when asked to");
});

Deno.test("tryDevice() rejects a device that computes something else", async () => {
  const probe = await tryDevice("cpu", async (model, options) => {
    const session = await createSession(model, options);
    const run: Session["run"] = async ({ x }) => {
      const twice = Float32Array.from(x.data as Float32Array, (value) => 2 * value);
      return await session.run({ x: ndarray("float32", x.shape, twice) });
    };
    return { run, release: () => session.release() } as Session;
  });
  assertMatch(probe.reason!, /^a product of small matrices came out as -?\d+ for -?\d+$/);
});

Deno.test("tryDevice() says what ONNX Runtime means, without its source files", async () => {
  const failing = (message: string) => tryDevice("cuda", () => Promise.reject(new Error(message)));
  const { reason } = await failing(
    "/a/cuda_call.cc:154 std::conditional_t<THRW> onnxruntime::CudaCall(ERRTYPE)\nCUDA failure " +
      "35: CUDA driver version is insufficient ; GPU=-1 ; hostname=vm ; expr=cudaSetDevice(0);",
  );
  assertEquals(
    reason,
    'ONNX Runtime says "CUDA failure 35: CUDA driver version is insufficient"',
  );
  const { reason: webgpu } = await failing(
    "/a/webgpu_context.cc:136 Initialize() status == Success was false. Failed to get a WebGPU " +
      "adapter: No supported adapters\n",
  );
  assertEquals(
    webgpu,
    'ONNX Runtime says "Failed to get a WebGPU adapter: No supported adapters"',
  );
});

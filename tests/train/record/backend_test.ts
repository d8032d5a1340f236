import { assertEquals, assertThrows } from "@std/assert";
import { RecordingBackend } from "../../../train/record/backend.ts";

Deno.test("RecordingBackend counts references, and frees data at the last", () => {
  const backend = new RecordingBackend();
  const dataId = backend.write(Float32Array.of(1, 2), [2], "float32");
  backend.incRef(dataId);
  assertEquals([backend.refCount(dataId), backend.numDataIds()], [2, 1]);
  assertEquals(backend.disposeData(dataId), false);
  assertEquals(backend.disposeData(dataId), true);
  assertEquals([backend.refCount(dataId), backend.numDataIds()], [0, 0]);
});

Deno.test("RecordingBackend gives values back in the type of their dtype, and not those of an input", async () => {
  const backend = new RecordingBackend();
  const dataId = backend.write([1, 0] as unknown as Float32Array, [2], "bool");
  assertEquals(backend.readSync(dataId), Uint8Array.of(1, 0));
  assertEquals(await backend.read(dataId), Uint8Array.of(1, 0));
  const x = backend.register({
    source: { kind: "input", name: "x" },
    shape: [2],
    dtype: "float32",
  });
  assertThrows(() => backend.readSync(x), Error, 'float32[2] is input "x"');
  assertEquals([...backend.readsOf(() => backend.recorded(x))], [x]);
});

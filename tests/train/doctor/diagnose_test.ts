import { assert, assertEquals, assertMatch } from "@std/assert";
import { formatDiagnosis } from "../../../train/doctor/format_diagnosis.ts";
import { formatMessage } from "../../../train/doctor/run_probe.ts";
import { diagnose } from "../../../train/doctor/diagnose.ts";
import { inFolder } from "../../command_line.ts";

/** A program that probes as broken libraries would let it. */
const BROKEN = `
  const say = (text) => console.log(text);
  const [words] = [Deno.args.join(" ")];
  const ends = {
    "machine": () => { throw new Error("no machine"); },
    "auto": () => say(${message({ auto: { engine: "onnx", device: "cpu" } })}),
    "device cpu": () => say(${
  message({ answer: { works: true, trainingSpeed: 5, versions: { "onnxruntime-node": "1" } } })
}),
    "device cuda": () => {
      say(${message({ stage: "loading" })});
      new Deno.UnsafePointerView(Deno.UnsafePointer.create(8n)).getUint32();
    },
    "device webgpu": () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
    "device coreml": () => Deno.exit(3),
    "device directml": () => say("noise".repeat(100_000)),
    "engine native": () => Deno.exit(4),
    "engine tfjs cpu": () => {
      say(${message({ answer: { works: true } })});
      new Deno.UnsafePointerView(Deno.UnsafePointer.create(8n)).getUint32();
    },
    "engine tfjs wasm": () => { throw new TypeError("no wasm"); },
    "engine tfjs-node-gpu": () =>
      say(${message({ answer: { works: false, reason: "no binding", fix: "build it" } })}),
  };
  ends[words]();
`;

function message(message: unknown): string {
  return JSON.stringify(formatMessage(message));
}

Deno.test("diagnose() reports libraries that crash, hang or say nothing, and suffers none", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/broken.js`, BROKEN);
    const labels = new Set<string>();
    const diagnosis = await diagnose({
      program: new URL(`file://${dir}/broken.js`),
      limit: 3000,
      onProgress: ({ label, done, total }) => {
        assert(done < total);
        labels.add(label);
      },
    });
    assert(labels.has("device cuda, loading"));
    assertEquals(diagnosis.machine, null);
    assertEquals(diagnosis.versions["onnxruntime-node"], "1");
    assertEquals(
      diagnosis.devices.map(({ name, works, reason }) => [name, works, reason]),
      [
        ["cpu", true, null],
        ["cuda", false, "while loading, its process ended by SIGSEGV"],
        ["webgpu", false, "it had not answered after 3 s"],
        ["coreml", false, "its process ended with code 3"],
        ["directml", false, "its process ended without an answer"],
      ],
    );
    assertEquals(
      diagnosis.engines.map(({ name, works, reason, fix }) => [name, works, reason, fix]),
      [
        ["onnx", true, null, null],
        ["native", false, "its process ended with code 4", null],
        ["tfjs", true, "its process ended by SIGSEGV, after it had done its work", null],
        ["tfjs", false, "its process ended with code 1: TypeError: no wasm", null],
        ["tfjs-node-gpu", false, "no binding", "build it"],
      ],
    );
    // The one that did not come past loading.
    assertEquals(diagnosis.devices.filter(({ fix }) => fix !== null).map(({ name }) => name), [
      "cuda",
    ]);
    const recommended = [...diagnosis.engines, ...diagnosis.devices]
      .filter(({ recommended }) => recommended).map(({ name }) => name);
    assertEquals(recommended, ["onnx", "cpu"]);
    assertMatch(
      formatDiagnosis(diagnosis),
      /^ {2}cuda +does not work\n {6}while loading, its process ended by SIGSEGV$/m,
    );
  });
});

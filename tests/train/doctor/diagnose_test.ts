import { assert, assertEquals, assertMatch } from "@std/assert";
import { formatDiagnosis } from "../../../train/doctor/format_diagnosis.ts";
import { formatMessage } from "../../../train/doctor/run_probe.ts";
import { DEVICE_NAMES } from "../../../lib/runtime/device.ts";
import { BACKENDS } from "../../../train/tfjs/backends.ts";
import { diagnose } from "../../../train/doctor/diagnose.ts";
import { probeDevice } from "../../../train/doctor/probe/device.ts";
import { ENGINE_PROBES } from "../../../train/doctor/probes.ts";
import { ENGINES } from "../../../train/core/engines/old/mod.ts";
import { inFolder, runMain } from "../../command_line.ts";
import { startTask } from "../../task.ts";

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
    "device webgpu": () => { while (true); },
    "device coreml": () => Deno.exit(3),
    "device directml": () => say("noise".repeat(100_000)),
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

Deno.test("deno task doctor --quick --json names every engine and device, each with a reason and a fix", async () => {
  const { code, stdout } = await startTask("doctor", ["--quick", "--json"]).output();
  assertEquals(code, 0);
  const { machine, engines, devices } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(machine.architecture, Deno.build.arch);
  assertEquals(devices.map(({ name }: { name: string }) => name), DEVICE_NAMES);
  for (const { name, backend, works, reason, fix } of [...engines, ...devices]) {
    if (["cpu", "onnx", "tfjs"].includes(name)) assert(works, `${name} ${backend}: ${reason}`);
    if (!works) assert(reason.length > 10 && fix.length > 5, name);
  }
});

Deno.test("deno task doctor refuses a flag that it does not know", async () => {
  const { code, stderr } = await runMain("train/doctor/main.ts", ["--quik"], { cwd: Deno.cwd() });
  assertEquals(code, 1);
  assertMatch(stderr, /^Cannot use --quik: .* did you mean --quick\n$/);
});

Deno.test("the doctor knows every engine and every backend", () => {
  const names = new Set(["onnx", ...ENGINE_PROBES.map(({ name }) => name)]);
  assertEquals([...names].sort(), Object.keys(ENGINES).sort());
  const backends = ENGINE_PROBES.flatMap(({ backend }) => backend ?? []);
  // tfjs-node-gpu is the backend tensorflow.
  assertEquals([...backends, "tensorflow"].sort(), Object.keys(BACKENDS).sort());
});

Deno.test("probeDevice() measures the CPU, and says why another device does not work", async () => {
  const stages: string[] = [];
  const onStage = (stage: string) => stages.push(stage);
  const { works, trains, trainingSpeed, inferenceSpeed, reason } = await probeDevice("cpu", {
    quick: false,
    budget: 200,
    onStage,
  });
  assertEquals([works, trains, reason], [true, true, undefined]);
  // That any machine does this many in a second, and none so many.
  assert(trainingSpeed! > 50 && trainingSpeed! < 1e7, String(trainingSpeed));
  assert(inferenceSpeed! > 200 && inferenceSpeed! < 1e8, String(inferenceSpeed));
  assert(stages.includes("measuring the speed of training"));

  // No platform has both.
  const name = Deno.build.os === "darwin" ? "directml" : "coreml";
  const absent = await probeDevice(name, { quick: true, onStage });
  assertEquals(absent.works, false);
  assertMatch(absent.reason!, /^onnxruntime-node has it for/);
});

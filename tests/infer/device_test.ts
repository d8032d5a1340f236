import { assertEquals, assertMatch } from "@std/assert";
import { encodeNpz } from "../../lib/data/npz.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { explainProbe } from "../../lib/runtime/device.ts";
import { proveDevice } from "../../lib/runtime/session.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { writeTinyReportedRun } from "../tiny_report.ts";
import { tinyImages } from "../tiny_run.ts";

/** Every command that runs models, with what it needs to run. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  classify: ["infer/main.ts", "classify", "images.npz", "--run", "run"],
  reconstruct: ["infer/main.ts", "reconstruct", "images.npz", "--run", "run"],
  generate: ["infer/main.ts", "generate", "--run", "run", "--count", "4"],
  report: ["infer/main.ts", "report", "--run", "run", "--out", "page.html"],
  "vae test_reconstruction": ["infer/vae/main.ts", "images.npz", "test_reconstruction", "run"],
  "vae test_classifier": [
    ...["infer/vae/main.ts", "images.npz", "test_classifier", "run", "run/gmm.json"],
  ],
};

/** Runs a test in a folder with a run and images. */
async function inTinyFolder(test: (dir: string) => Promise<void>): Promise<void> {
  await inFolder(async (dir) => {
    await writeTinyReportedRun(`${dir}/run`);
    const images = ndarray("uint8", [4, 4, 4], tinyImages([1, 4, 8, 1]));
    await Deno.writeFile(`${dir}/images.npz`, encodeNpz({ images }));
    await test(dir);
  });
}

/** A device that `onnxruntime-node` does not have for this platform. */
const FOREIGN = Deno.build.os === "windows" ? "coreml" : "directml";

for (const [name, [main, ...args]] of Object.entries(COMMANDS)) {
  Deno.test(`${name} takes --device and --profile`, async () => {
    await inTinyFolder(async (dir) => {
      const before = namesIn(dir);
      for (const device of ["cuda", FOREIGN] as const) {
        const probe = await proveDevice(device);
        if (probe.works) continue;
        const { code, stdout, stderr } = await runMain(main, [...args, "--device", device], {
          cwd: dir,
        });
        // One sentence, nothing of ONNX Runtime's own, and nothing written.
        assertEquals([code, stdout, stderr], [1, "", `${explainProbe(device, probe)}\n`]);
        assertEquals(namesIn(dir), before);
      }
      const auto = await runMain(main, [...args, "--device", "auto"], { cwd: dir });
      assertEquals(auto.code, 0, auto.stderr);
      assertMatch(auto.stderr, /^running on (cuda|the cpu, not on cuda, as .+; .+)\n$/);

      const again = ["classify", "reconstruct", "generate", "report"].includes(name);
      const flags = ["--device", "cpu", "--profile", ...again ? ["--force"] : []];
      const { code, stdout, stderr } = await runMain(main, [...args, ...flags], { cwd: dir });
      assertEquals([code, stderr], [0, ""]);
      assertMatch(
        stdout,
        /\n\nprovider +nodes +runs +ms +share\nCPUExecutionProvider .+ 100\.0%\n/,
      );
      assertMatch(stdout, /\noperator +nodes .*\n(.*\n)*MatMul \(CPU\) /);
    });
  });
}

Deno.test("a device that there is none of is rejected with the names of all", async () => {
  await inTinyFolder(async (dir) => {
    const [main, ...args] = COMMANDS.classify;
    const { code, stderr } = await runMain(main, [...args, "--device", "cudda"], { cwd: dir });
    assertEquals(
      [code, stderr],
      [
        1,
        'Cannot use --device: the value is "cudda", it needs one of auto, cpu, cuda, webgpu, ' +
        "coreml, directml\n",
      ],
    );
  });
});

Deno.test("what classify writes is the same on the device that auto falls back to", async () => {
  await inTinyFolder(async (dir) => {
    const [main, ...args] = COMMANDS.classify;
    for (const device of ["auto", "cpu"]) {
      const flags = ["--probabilities", "--device", device, "--out", `${device}.csv`];
      assertEquals((await runMain(main, [...args, ...flags], { cwd: dir })).code, 0);
    }
    const read = (device: string) => Deno.readTextFile(`${dir}/${device}.csv`);
    const labels = async (device: string) =>
      (await read(device)).split("\n").map((row) => row.split(",")[0]);
    assertEquals(await labels("auto"), await labels("cpu"));
    assertEquals((await labels("cpu")).slice(1, 5), ["1", "4", "8", "1"]);
    const { works } = await proveDevice("cuda");
    if (!works) assertEquals(await read("auto"), await read("cpu"));
  });
});

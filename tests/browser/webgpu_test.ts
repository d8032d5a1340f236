import { assert, assertEquals, assertMatch } from "@std/assert";
import { parse } from "@std/csv";
import { encodeNpz, readNpz } from "../../lib/data/npz.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { inFolder, runProcess } from "../command_line.ts";
import { QUICK, writeTinyFiles } from "../train/tiny_files.ts";
import { tinyImages, writeTinyRun } from "../tiny_run.ts";

/**
 * Where Debian's Chromium has a loader for Vulkan, and SwiftShader, which is Vulkan on the CPU: with
 * these any machine has what a GPU's driver would bring.
 */
const FOLDER = Deno.env.get("GLIMPSE_VULKAN") ?? "/usr/lib/chromium";

const ENVIRONMENT = {
  LD_LIBRARY_PATH: FOLDER,
  VK_ICD_FILENAMES: `${FOLDER}/vk_swiftshader_icd.json`,
};

/** Runs a command of whose environment SwiftShader is a part. */
async function run(main: string, args: readonly string[], cwd: string): Promise<string> {
  for (const [name, value] of Object.entries(ENVIRONMENT)) Deno.env.set(name, value);
  try {
    const { code, stdout, stderr } = await runProcess(main, args, { cwd });
    assertEquals(code, 0, stderr);
    return stdout;
  } finally {
    for (const name of Object.keys(ENVIRONMENT)) Deno.env.delete(name);
  }
}

Deno.test("encoder and decoder give the same on WebGPU as on the CPU", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const pixels = tinyImages(Array.from({ length: 300 }, (_, i) => [1, 4, 8][i % 3]));
    const bytes = encodeNpz({ images: ndarray("uint8", [300, 4, 4], pixels) });
    await Deno.writeFile(`${dir}/images.npz`, bytes);
    const made = async (device: string) => {
      const flags = ["--run", "run", "--device", device, "--profile", "--out", `${device}.npz`];
      const stdout = await run("infer/main.ts", ["reconstruct", "images.npz", ...flags], dir);
      const provider = device === "cpu" ? "CPU" : "WebGpu";
      assertMatch(stdout, new RegExp(`\nMatMul \\(${provider}\\) `));
      return (await readNpz(`${dir}/${device}.npz`)).images.data as Float32Array;
    };
    const cpu = await made("cpu");
    const webgpu = await made("webgpu");
    assert(cpu.every((value, i) => Math.abs(value - webgpu[i]) < 1e-3));
    assert(cpu.some((value) => value > 0.5));
  });
});

Deno.test("training takes the same steps on WebGPU as on the CPU", async () => {
  await inFolder(async (dir) => {
    await writeTinyFiles(dir);
    const losses = async (device: string) => {
      const files = ["--train", "train.npz", "--val", "val.npz", "--out", device];
      const flags = [...QUICK, "--engine", "onnx", "--device", device, "--profile"];
      const stdout = await run("train/main.ts", [...files, ...flags], dir);
      const provider = device === "cpu" ? "CPU" : "WebGpu";
      assertMatch(stdout, new RegExp(`\nGemm \\(${provider}\\) `));
      const text = await Deno.readTextFile(`${dir}/${device}/history.csv`);
      const rows = parse(text, { skipFirstRow: true }) as Record<string, string>[];
      return rows.map(({ loss }) => Number(loss));
    };
    const cpu = await losses("cpu");
    const webgpu = await losses("webgpu");
    assertEquals(webgpu.length, 2);
    cpu.forEach((loss, i) => assert(Math.abs(webgpu[i] / loss - 1) < 1e-3, `${webgpu} ${cpu}`));
  });
});

import { assert, assertEquals } from "@std/assert";
import { startTask } from "../task.ts";

/** Runs `deno task train` with the permissions that it has, to its end. */
async function train(args: readonly string[]) {
  const { code, stdout, stderr } = await startTask("train", args).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, decode(stderr));
  return { stdout: decode(stdout), stderr: decode(stderr) };
}

Deno.test("train --engine tfjs-node-gpu: two epochs on MNIST give a run with sane scores", async () => {
  const dir = await Deno.makeTempDir();
  const out = `${dir}/run`;
  const epochs = ["--epochs", "1", "--cluster-epochs", "1"];
  const { stdout, stderr } = await train(["--engine", "tfjs-node-gpu", ...epochs, "--out", out]);
  assert(stdout.includes(`written to ${out}`), stdout);
  // libtensorflow says nothing of how it was built.
  assertEquals(stderr.split("\n").filter((line) => !/^epoch |^$/.test(line)), []);

  const metrics = JSON.parse(await Deno.readTextFile(`${out}/metrics.json`));
  const { accuracy } = metrics.classification;
  const { meanSquaredError } = metrics.reconstruction;
  // As the engine onnx does: 0.84 and 0.035.
  assert(accuracy > 0.75 && accuracy < 1, `accuracy ${accuracy}`);
  assert(meanSquaredError > 0.02 && meanSquaredError < 0.05);
  const manifest = JSON.parse(await Deno.readTextFile(`${out}/manifest.json`));
  assertEquals(manifest.options.engine, "tfjs-node-gpu");
  const history = await Deno.readTextFile(`${out}/history.csv`);
  assertEquals(history.trim().split("\n").length, 3);
  await Deno.remove(dir, { recursive: true });
});

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { NAME } from "../../npm/manifest.ts";
import { TASKS } from "../../npm/tasks.ts";
import { inFolder, runMain } from "../command_line.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TARBALL = `${ROOT}npm/${NAME}-${config.version}.tgz`;

/** Options under which both train in the same steps, in a few seconds. */
const QUICK = "--engine onnx --epochs 2 --cluster-epochs 1 --threads 1 --classes 1,4,8".split(" ");

/** A program that uses the library as a new user would, with types. */
const USER = `import { classify, GaussianMixture, openRun, trainRun } from "${NAME}";
import { ndarray } from "${NAME}/ndarray";
const { dir, trained } = await trainRun({ train: "mnist", model: "vae", epochs: 1, clusterEpochs: 0 });
const accuracy: number = trained.metrics.classification!.accuracy;
const names: string[] = [];
const images = ndarray("uint8", [2, 28, 28, 1], new Uint8Array(2 * 784));
for await (const { name } of classify(await openRun(dir), images)) names.push(name);
const x = ndarray("float64", [4, 1], Float64Array.of(0, 1, 10, 11));
const mixture = GaussianMixture.fromJSON(new GaussianMixture({ nComponents: 2 }).fit(x).toJSON());
console.log(JSON.stringify({ accuracy, names, means: [...mixture.means.data].sort((a, b) => a - b) }));
// @ts-expect-error: paths are text
await trainRun({ train: 1, out: "never" }).catch((error) => console.log(error.message));
`;

/** Runs a program, and gives what it wrote. */
async function run(cwd: string, ...[program, ...args]: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env: { ONNXRUNTIME_NODE_INSTALL: "skip", NO_COLOR: "1" },
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, `${program} ${args.join(" ")}\n${out}${error}`);
  return out;
}

Deno.test("the npm package trains and classifies by Node.js with the scores that Deno has", async (t) => {
  await inFolder(async (dir) => {
    await run(ROOT, Deno.execPath(), "task", "build:npm");
    await Deno.writeTextFile(`${dir}/package.json`, '{ "private": true, "type": "module" }');
    await run(dir, "npm", "install", "--no-audit", "--no-fund", TARBALL, "typescript@5.9.3");
    const glimpse = `${dir}/node_modules/.bin/glimpse`;

    await t.step("the same scores and labels", async () => {
      const lines = await run(dir, glimpse, "train", ...QUICK, "--out", "node");
      assert(lines.includes(`npx ${NAME} classify`), lines);
      assertEquals(lines.includes("explore"), false, lines);
      await run(dir, glimpse, "classify", "mnist", "--run", "node", "--out", "node.csv");
      const words = [...QUICK, "--out", "deno"];
      const { code, stderr } = await runMain("train/main.ts", words, { cwd: dir });
      assertEquals(code, 0, stderr);
      await runMain("infer/main.ts", ["classify", "mnist", "--run", "deno", "--out", "deno.csv"], {
        cwd: dir,
      });
      const read = (path: string) => Deno.readTextFile(`${dir}/${path}`);
      // Their exponential functions differ in the last bit.
      const rounded = (_: string, value: unknown) =>
        typeof value === "number" ? Number(value.toPrecision(9)) : value;
      const scores = async (run: string) => JSON.parse(await read(`${run}/metrics.json`), rounded);
      assertEquals(await scores("node"), await scores("deno"));
      assertEquals(await read("node.csv") === await read("deno.csv"), true);
      const { versions, options } = JSON.parse(await read("node/manifest.json"));
      assertEquals([versions.deno, /^\d+\./.test(versions.node)], [undefined, true]);
      assertEquals(options, JSON.parse(await read("deno/manifest.json")).options);
    });

    await t.step("every command shows its help, in the words of the package", async () => {
      for (const task of Object.keys(TASKS)) {
        const help = await run(dir, glimpse, task, "--help");
        assert(help.includes(`Usage: npx ${NAME} ${task} `), help);
      }
      assert((await run(dir, glimpse, "study", "beta", "--help")).includes(`${NAME} study beta `));
    });

    await t.step("the library, with its types", async () => {
      await Deno.writeTextFile(`${dir}/user.ts`, USER);
      const flags = "--strict --skipLibCheck --module nodenext --target es2022".split(" ");
      await run(dir, "node_modules/.bin/tsc", ...flags, "user.ts");
      const [found, message] = (await run(dir, "node", "user.js")).trim().split("\n");
      const { accuracy, names, means } = JSON.parse(found);
      assert(accuracy > 0.5, found);
      assertEquals([names.length, means], [2, [0.5, 10.5]]);
      assert(message.startsWith("Cannot use train"), message);
    });

    await t.step("what is wrong is said in a sentence", async () => {
      const fails = async (...args: string[]) => {
        const { code, stderr } = await new Deno.Command(glimpse, { args, cwd: dir }).output();
        assertEquals(code, 1);
        return new TextDecoder().decode(stderr);
      };
      assertEquals(
        await fails("trian"),
        'Cannot run "trian": there is no such command, did you mean train\n',
      );
      assert((await fails("train", "--epoch", "3")).startsWith("Cannot use --epoch"), "flag");
      assert((await fails("train", "--train", "none")).includes("there is no such"), "file");
      const native = await fails("train", "--engine", "native", "--out", "other");
      assert(native.includes("Node.js calls no compiled steps"), native);
    });
  });
});

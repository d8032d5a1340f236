import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { readNpz } from "../../../lib/data/npz.ts";
import { encodeLatents } from "../../../lib/run/latents_file.ts";
import { writeRun } from "../../../lib/run/run_folder.ts";
import { inFolder, namesIn, runMain } from "../../command_line.ts";
import { tinyRun } from "../../tiny_run.ts";

Deno.test("study embed lays latents out, samples them, and says what a run lacks", async () => {
  await inFolder(async (cwd) => {
    const { description, files } = tinyRun();
    const write = (name: string, count: number) => {
      const labels = Int32Array.from({ length: count }, (_, i) => [1, 4][i % 2]);
      const data = new Random(0).normals(2 * count).map((value, k) => value + 20 * labels[k >> 1]);
      const z = ndarray("float32", [count, 2], data);
      const latents = { "latents.npz": encodeLatents({ z, trueLabels: labels }) };
      return writeRun(`${cwd}/${name}`, { description, files: { ...files, ...latents } });
    };
    const embed = (...args: string[]) =>
      runMain("train/studies/main.ts", ["embed", "--out", "study", ...args], { cwd });
    await write("run", 130);
    const { code, stdout } = await embed("--run", "run", "--points", "120");
    assertEquals(code, 0);
    assert(/^Principal components: Trustworthiness 1.000, neighbour accuracy 1.000/m.test(stdout));
    assert(/^t-SNE: Trustworthiness 0.9\d\d, neighbour accuracy 1.000 .*of 120 im/m.test(stdout));
    assertEquals(namesIn(`${cwd}/study`), [
      ...["embedding.npz", "pca.png", "report.html", "table.csv", "tsne.png"],
    ]);
    const { rows, tsne, label } = await readNpz(await Deno.readFile(`${cwd}/study/embedding.npz`));
    assertEquals([new Set(rows.data as Int32Array).size, tsne.shape], [120, [120, 2]]);
    assertEquals([...label.data], Array.from(rows.data as Int32Array, (row) => row % 2));
    await write("few", 80);
    for (
      const [args, message] of [
        [
          "--run few",
          'Cannot embed run "few": it has 80 images of 2 latent variables, at least 92',
        ],
        [
          "--run run --space samples",
          'Cannot embed the samples of run "run": its encoder gives no',
        ],
        ["--run none", 'Cannot read run "none": there is no such folder'],
        [
          "--run run --points 5",
          'Cannot use --points: the value is "5", it needs an integer of 92',
        ],
      ]
    ) {
      const { code, stderr } = await embed(...args.split(" "));
      assertEquals([code, stderr.slice(0, message.length)], [1, message]);
      assertEquals(stderr.trim().split("\n").length, 1);
    }
  });
});

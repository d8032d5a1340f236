import { assert, assertEquals } from "@std/assert";
import { inFolder, runMain } from "../../command_line.ts";
import { writeTinyFiles } from "../tiny_files.ts";

const SYSTEMS = [
  "autoencoder --hidden 8",
  "autoencoder --network conv --corruption 0.5",
  "cvae --hidden 8",
  "cvae --hidden 8 --condition part",
  "vq-vae --codes 4",
  "dcgan",
];

for (const system of SYSTEMS) {
  Deno.test(`train --model ${system} names a command that works on its run`, async () => {
    await inFolder(async (dir) => {
      await writeTinyFiles(dir);
      const words =
        `--model ${system} --train train.npz --epochs 1 --batch-size 50 --threads 1 --engine onnx`;
      const trained = await runMain("train/main.ts", words.split(" "), { cwd: dir });
      assertEquals(trained.code, 0, trained.stderr);
      const next = /^next: deno task (.*)$/m.exec(trained.stdout)![1];
      const args = next.replace("IMAGES", "test.npz").split(" ");
      const { code, stdout, stderr } = await runMain("infer/main.ts", args, { cwd: dir });
      assert(code === 0 && stdout !== "", stderr);
    });
  });
}

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { inFolder, namesIn, runMain } from "../../command_line.ts";
import { writeTinyFiles } from "../tiny_files.ts";

const CASES: readonly (readonly [args: string, message: string])[] = [
  ["beto", 'Cannot run "beto": there is no such command, did you mean beta'],
  ["beta --beta 3", "Cannot use --beta: there is no such flag"],
  [
    "beta --parallel 0",
    'Cannot use --parallel: the value is "0", it needs an integer of 1 or more',
  ],
  ["search --trials 0", 'Cannot use --trials: the value is "0", it needs an integer of 1 or more'],
  ["search --ranges latent-dim=9:3", "Cannot use --ranges latent-dim=9:3: 9 is not below 3"],
  ["search --model dcgan", "Cannot search: dcgan declares no ranges, --ranges gives some"],
  [
    "search --model dcgan --ranges learning-rate=1e-4:1e-3",
    "Cannot search: trials are compared by their validation loss, and dcgan holds no images out",
  ],
  ["search --validation-split 0", "Cannot search: trials are compared by their validation loss"],
  ["search --model dcgam", 'Cannot use --model: the value is "dcgam", it needs one of vae,'],
  ["label-count --draws 0", 'Cannot use --draws: the value is "0", it needs an integer of 1'],
  [
    "label-count --labels 5,x",
    'Cannot use --labels: the value is "5,x", it needs comma-separated integers of 2',
  ],
  ["embed", "Cannot run embed: --run is missing, it gives the run folder"],
];

for (const [args, message] of CASES) {
  Deno.test(`study ${args} says what is wrong in a sentence, and writes nothing`, async () => {
    await inFolder(async (cwd) => {
      const { code, stdout, stderr } = await runMain("train/studies/main.ts", args.split(" "), {
        cwd,
      });
      assertEquals([code, stdout, stderr.slice(0, message.length)], [1, "", message]);
      assertEquals([stderr.trim().split("\n").length, namesIn(cwd)], [1, []]);
    });
  });
}

Deno.test("study search ends its trainings on Ctrl-C, starts no other, and keeps what they reached", async () => {
  await inFolder(async (cwd) => {
    await writeTinyFiles(cwd);
    const main = fileURLToPath(new URL("../../../train/studies/main.ts", import.meta.url));
    const flags = "--train train.npz --epochs 100000 --trials 3 --parallel 2 --out study".split(
      " ",
    );
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", main, "search", ...flags],
      cwd,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const stderr = new Response(child.stderr).text();
    const hasCheckpoint = (trial: number) =>
      Deno.stat(`${cwd}/study/trial-${trial}.partial/phase-1.npz`).then(() => true, () => false);
    while (!await hasCheckpoint(1) || !await hasCheckpoint(2)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill("SIGINT");
    assertEquals((await child.status).code, 130);
    assertEquals(await stderr, "the same command goes on where it was\n");
    assertEquals(namesIn(`${cwd}/study`), ["trial-1.partial", "trial-2.partial"]);
  });
});

import { assert, assertEquals } from "@std/assert";
import { BINDING_HOME, findBinding } from "../../train/tfjs/node/find_binding.ts";
import { probeBinding } from "../../train/tfjs/node/probe_binding.ts";
import { setUp } from "../../train/tfjs/node/setup/set_up.ts";

Deno.test("setUp() builds against a folder of the user's, which then is needed where it was", async () => {
  const dir = await Deno.makeTempDir();
  const home = `${dir}/home`;
  const path = `${BINDING_HOME}/libtensorflow`;
  const lines: string[] = [];
  const probe = await setUp({ kind: "folder", path }, {
    home,
    onProgress: (line) => lines.push(line.replace(/^\S+ /, "")),
  });
  assert(probe.works, probe.reason);
  assertEquals(lines, [
    "installing the npm package @tensorflow/tfjs-node-gpu",
    "compiling its binding",
    "loading it",
  ]);
  const found = await findBinding({ home });
  assertEquals(found?.path, probe.path);
  assertEquals((await probeBinding({ home })).libtensorflow, probe.libtensorflow);
  const entries = [...Deno.readDirSync(dir)].map(({ name }) => name);
  assertEquals(entries, ["home"]);
  await Deno.remove(dir, { recursive: true });
});

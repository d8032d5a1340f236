import { assert, assertEquals, assertMatch } from "@std/assert";
import { createRequire } from "node:module";
import { NO_BINDING, probeBinding } from "../../../../train/tfjs/node/probe_binding.ts";
import { withHome } from "./with_home.ts";

Deno.test("probeBinding() names the command that sets up what is not there", async () => {
  await withHome({}, async (home) => {
    const probe = await probeBinding({ home });
    assertEquals(probe, NO_BINDING);
    assert(probe.fix?.includes("deno task setup:libtensorflow --from-pypi"));
  });
});

Deno.test("probeBinding() reports a binding that is no library", async () => {
  await withHome({ "tfjs_binding.node": "no library" }, async (home) => {
    const { works, gpu, path, reason, fix } = await probeBinding({ home });
    assertEquals([works, gpu, path], [false, false, `${home}/tfjs_binding.node`]);
    assertMatch(reason!, /^it does not load \(.*(file too short|invalid ELF header)/);
    assert(!reason!.includes("\n"), reason);
    assertMatch(fix!, /deno task setup:libtensorflow/);
  });
});

Deno.test("probeBinding() reports a library that is another addon", async () => {
  await withHome({ "tfjs_binding.node": await otherAddon() }, async (home) => {
    const { works, reason } = await probeBinding({ home });
    assertEquals(works, false);
    assertMatch(reason!, /^it does not load \(.+\)$/);
  });
});

Deno.test({
  name: "probeBinding() survives a binding that ends the process that loads it",
  // Elsewhere than on Linux a file that is cut short is rejected before it is run.
  ignore: Deno.build.os !== "linux",
  async fn() {
    const whole = await otherAddon();
    const cutShort = whole.subarray(0, whole.length >> 1);
    await withHome({ "tfjs_binding.node": cutShort }, async (home) => {
      const { works, reason } = await probeBinding({ home });
      assertEquals(works, false);
      assertEquals(reason, "loading it ends the process with SIGBUS");
    });
  },
});

Deno.test({
  name: "probeBinding() starts no process where no binding is",
  permissions: { read: true, write: true },
  async fn() {
    await withHome({}, async (home) => assertEquals(await probeBinding({ home }), NO_BINDING));
  },
});

Deno.test({
  name: "probeBinding() says so if it may start no process",
  permissions: { read: true, write: true },
  async fn() {
    await withHome({ "tfjs_binding.node": "" }, async (home) => {
      const { works, reason } = await probeBinding({ home });
      assertEquals(works, false);
      assertMatch(reason!, /run access/);
    });
  },
});

/** An N-API addon that is here anyway: the one of resvg. */
async function otherAddon(): Promise<Uint8Array> {
  const resvg = createRequire(import.meta.resolve("@resvg/resvg-js"));
  const names: Record<string, string> = {
    "linux-x86_64": "linux-x64-gnu",
    "linux-aarch64": "linux-arm64-gnu",
    "darwin-aarch64": "darwin-arm64",
    "darwin-x86_64": "darwin-x64",
    "windows-x86_64": "win32-x64-msvc",
  };
  return await Deno.readFile(
    resvg.resolve(`@resvg/resvg-js-${names[`${Deno.build.os}-${Deno.build.arch}`]}`),
  );
}

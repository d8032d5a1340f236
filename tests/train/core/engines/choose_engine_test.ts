import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { InputError } from "../../../../lib/input_error.ts";
import { chooseEngine } from "../../../../train/core/engines/choose_engine.ts";
import { findCompiler } from "../../../../train/native/compiler.ts";
import { type BindingProbe, probeBinding } from "../../../../train/tfjs/node/probe_binding.ts";
import { withHome } from "../../tfjs/node/with_home.ts";

const NO_COMPILER = () => findCompiler(["no-such-compiler"]);

/** What a probe says on a machine other than this, which has no compiler. */
function saying(found: Partial<BindingProbe>) {
  const probe = () => Promise.resolve({ works: true, gpu: false, ...found });
  return { probe, compiler: NO_COMPILER };
}

Deno.test("chooseEngine() takes an engine that is named, without a look at the machine", async () => {
  const probe = () => Promise.reject(new Error("it looked"));
  assertEquals(await chooseEngine("onnx", { probe }), { name: "onnx" });
  assertEquals(await chooseEngine("tfjs", { probe }), { name: "tfjs" });
});

Deno.test("chooseEngine() auto takes tfjs-node-gpu where its binding sees a GPU", async () => {
  const found = saying({ gpu: true, libtensorflow: "2.9.1" });
  const { name, reason } = await chooseEngine("auto", found);
  assertEquals([name, reason], ["tfjs-node-gpu", "its libtensorflow 2.9.1 sees a GPU"]);
});

Deno.test("chooseEngine() auto takes native where no GPU or binding is, or a broken one", async () => {
  const compiler = () => Promise.resolve();
  const probes = { ...saying({ gpu: false }), compiler };
  assertEquals(await chooseEngine("auto", probes), { name: "native" });
  for (const files of [{}, { "tfjs_binding.node": "x" }]) {
    await withHome(files, async (home) => {
      const probe = () => probeBinding({ home });
      assertEquals(await chooseEngine("auto", { probe, compiler }), { name: "native" });
    });
  }
});

Deno.test("chooseEngine() auto takes onnx where no compiler works, and says why", async () => {
  const { name, reason } = await chooseEngine("auto", saying({}));
  assertEquals(name, "onnx");
  assertMatch(
    reason!,
    /^native is not used\. Cannot compile: there is no C compiler \(no-such-compiler\), .+ brings one$/,
  );
});

Deno.test("chooseEngine() auto takes onnx where a device was named for it", async () => {
  const found = { ...saying({ gpu: true }), device: "cpu" };
  assertEquals((await chooseEngine("auto", found)).name, "onnx");
  assertEquals((await chooseEngine("auto", { ...found, device: "auto" })).name, "tfjs-node-gpu");
});

Deno.test("chooseEngine() throws if tfjs-node-gpu is named and does not work, with the fix", async () => {
  await withHome({}, async (home) => {
    const probe = () => probeBinding({ home });
    const error = await assertRejects(() => chooseEngine("tfjs-node-gpu", { probe }), InputError);
    assert(error.message.startsWith("Cannot train on tfjs-node-gpu: its native binding is not"));
    assert(error.message.includes("deno task setup:libtensorflow --from-pypi"));
  });
  assertEquals(await chooseEngine("tfjs-node-gpu", saying({})), { name: "tfjs-node-gpu" });
});

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { decodeModel, GraphBuilder, type Model, writeModel } from "../../../lib/onnx/mod.ts";
import { createSession } from "../../../lib/runtime/mod.ts";
import { inFolder } from "../../command_line.ts";

/** 0 + 1 + ... + 6 repeated over 500, 300 and 3 elements. */
const SUM = (71 * 21 + 3) + (42 * 21 + 15) + 3;

/** x plus two weights of 2,000 and 1,200 bytes, and a small one. */
function model(): Model {
  const builder = new GraphBuilder({ name: "net" });
  const { op } = builder;
  const weight = (name: string, length: number) =>
    builder.constant(
      ndarray("float32", [length], Float32Array.from({ length }, (_, i) => i % 7)),
      name,
    );
  const x = builder.input("x", "float32", []);
  const sum = (name: string, length: number) => op.ReduceSum(weight(name, length), { keepdims: 0 });
  const parts = [x, sum("large", 500), sum("middle", 300), sum("small", 3)];
  builder.output("y", parts.reduce((a, b) => op.Add(a, b)), "float32", []);
  return { graph: builder.build(), opset: 17 };
}

function names(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}

async function run(path: string): Promise<number> {
  const session = await createSession(path);
  const { y } = await session.run({ x: ndarray("float32", [], Float32Array.of(0)) });
  await session.release();
  return Number(y.data[0]);
}

Deno.test("writeModel() writes one file where the weights are few", async () => {
  await inFolder(async (dir) => {
    await writeModel(model(), `${dir}/deep/net.onnx`);
    assertEquals(names(`${dir}/deep`), ["net.onnx"]);
    assertEquals(await run(`${dir}/deep/net.onnx`), SUM);
    assertEquals(decodeModel(await Deno.readFile(`${dir}/deep/net.onnx`)).graph, model().graph);
  });
});

Deno.test("writeModel() puts large weights beside the model, which runs from its path", async () => {
  await inFolder(async (dir) => {
    await writeModel(model(), `${dir}/net.onnx`, { externalDataBytes: 3000 });
    assertEquals(names(dir), ["net.onnx", "net.onnx.data"]);
    // The second begins at a page of 4,096 bytes.
    assertEquals((await Deno.stat(`${dir}/net.onnx.data`)).size, 4096 + 1200);
    assert((await Deno.stat(`${dir}/net.onnx`)).size < 1200);
    assertEquals(await run(`${dir}/net.onnx`), SUM);
    const bytes = await Deno.readFile(`${dir}/net.onnx`);
    assertThrows(() => decodeModel(bytes), InputError, 'tensor "large" is stored in another file');
  });
});

Deno.test("writeModel() replaces a model, or leaves it where the check throws", async () => {
  await inFolder(async (dir) => {
    const path = `${dir}/net.onnx`;
    await Deno.writeTextFile(path, "before");
    const check = () => Promise.reject(new Error("wrong numbers"));
    await assertRejects(
      () => writeModel(model(), path, { externalDataBytes: 0, check }),
      Error,
      "wrong numbers",
    );
    assertEquals([names(dir), await Deno.readTextFile(path)], [["net.onnx"], "before"]);
    await writeModel(model(), path, {
      async check(written) {
        assertEquals(await run(written), SUM);
      },
    });
    assertEquals([names(dir), await run(path)], [["net.onnx"], SUM]);
  });
});

Deno.test("writeModel() throws if its folder is a file", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "");
    await assertRejects(
      () => writeModel(model(), `${dir}/file/net.onnx`),
      InputError,
      "Cannot write",
    );
  });
});

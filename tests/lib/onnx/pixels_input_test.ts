import { assertEquals, assertRejects } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { NOT_SCALED, pixelsInput } from "../../../lib/onnx/pixels_input.ts";
import { createSession } from "../../../lib/runtime/session.ts";

const SHAPE = ["batch", 2, 2, 1] as const;

async function withInput(
  input: "float32" | "uint8",
  test: (run: (values: readonly number[]) => Promise<number[]>) => Promise<void>,
): Promise<void> {
  const builder = new GraphBuilder();
  builder.output("y", pixelsInput(builder, input, SHAPE), "float32", SHAPE);
  const session = await createSession({ graph: builder.build(), opset: 17 }, { threads: 1 });
  await test(async (values) => {
    const shape = [values.length / 4, 2, 2, 1];
    const images = input === "uint8"
      ? ndarray("uint8", shape, Uint8Array.from(values))
      : ndarray("float32", shape, Float32Array.from(values));
    const { y } = await session.run({ images });
    assertEquals(y.shape, shape);
    return [...y.data as Float32Array];
  });
  await session.release();
}

Deno.test("pixelsInput() gives floats as they are, and of no images none", async () => {
  await withInput("float32", async (run) => {
    for (const values of [[0, 0.25, 0.5, 1], [-0.25, 1.25, 0, 0, 1, 1, 1, 1], []]) {
      assertEquals(await run(values), values);
    }
  });
});

Deno.test("pixelsInput() fails by a name that says why where floats were not scaled", async () => {
  await withInput("float32", async (run) => {
    const dark = [0, 0, 0, 0];
    for (
      const wrong of [[0, 255, 3, 0], [...dark, 2, 0, 0, 0], [-2.1, 0, 1, 0], [0, 0, Infinity, 0]]
    ) {
      await assertRejects(() => run(wrong), Error, NOT_SCALED);
    }
    assertEquals(await run(dark), dark);
  });
});

Deno.test("pixelsInput() divides bytes by 255", async () => {
  await withInput("uint8", async (run) => {
    assertEquals(await run([0, 51, 102, 255]), [...Float32Array.of(0, 51 / 255, 102 / 255, 1)]);
  });
});

import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { emitGraph, record } from "../../../../train/record/mod.ts";
import "../../../../train/record/random/recordable_layers.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";

await useBackend("cpu");

const CASES = [["multiHot", [2, 3]], ["count", [2, 3]], ["oneHot", [2, 1]]] as const;

for (const [outputMode, shape] of CASES) {
  Deno.test(`a category encoding (${outputMode}) is recorded without reading what it encodes`, async () => {
    const layer = tfl.layers.categoryEncoding({ numTokens: 4, outputMode });
    const data = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => (i * i) % 4);
    const apply = (x: tf.Tensor) => layer.apply(x) as tf.Tensor;
    const recording = record(({ x }) => ({ y: apply(x) }), { x: { shape } });
    const session = await createSession({ graph: emitGraph(recording), opset: 17 });
    const { y } = await session.run({ x: { dtype: "float32", shape, data } });
    await session.release();
    const expected = apply(tf.tensor(data, [...shape]));
    assertEquals(y.shape, expected.shape);
    assertEquals([...y.data], [...await expected.data()]);
  });
}

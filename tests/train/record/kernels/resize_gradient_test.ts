import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { createSession } from "../../../../lib/runtime/mod.ts";
import { Random } from "../../../../lib/array/random.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { emitGraph, record } from "../../../../train/record/mod.ts";

await useBackend("cpu");

// TensorFlow.js's cpu backend mixes up the images of a batch, and the height with the width of an
// image, so it cannot be asked. But resizing is linear: <resize(x), dy> = <x, gradient(dy)>.
for (const name of ["resizeBilinear", "resizeNearestNeighbor"] as const) {
  for (const alignCorners of [false, true]) {
    Deno.test(`the gradient of ${name}() is its adjoint, alignCorners ${alignCorners}`, async () => {
      const [from, to] = [[3, 5, 4, 2], [3, 7, 10, 2]];
      const resize = (x: tf.Tensor) =>
        tf.image[name](x as tf.Tensor4D, [to[1], to[2]], alignCorners);
      const recording = record(({ x, dy }) => {
        const dx = tf.grad((x) => tf.sum(tf.mul(resize(x), dy)))(x);
        return { forward: tf.sum(tf.mul(resize(x), dy)), backward: tf.sum(tf.mul(x, dx)), dx };
      }, { x: { shape: from }, dy: { shape: to } });
      const session = await createSession({ graph: emitGraph(recording), opset: 17 });
      const random = new Random(4, name);
      const { forward, backward, dx } = await session.run({
        x: ndarray("float32", from, random.normals(120)),
        dy: ndarray("float32", to, random.normals(420)),
      });
      await session.release();
      const [a, b] = [Number(forward.data[0]), Number(backward.data[0])];
      assert(Math.abs(a - b) <= 1e-5 * Math.abs(a), `${a} forwards, ${b} backwards`);
      assert(Array.from(dx.data, Number).some((value) => value !== 0));
    });
  }
}

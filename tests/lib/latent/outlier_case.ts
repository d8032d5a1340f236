import { type NdArray, ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import type { DescribeOptions } from "../../../lib/latent/outlier_graph.ts";
import type { GraphBuilder, Value } from "../../../lib/onnx/graph_builder.ts";

export const SIDE = 12;
const SIZE = SIDE * SIDE;

export const HISTOGRAMS: DescribeOptions = {
  shape: [SIDE, SIDE, 1],
  look: "histograms of gradients",
};

/** Images of bars, upright or level, of some width, place and strength, in weak noise. */
export function bars(count: number, seed: number): NdArray<"float32"> {
  const random = new Random(seed, "bars");
  const pixels = new Float32Array(count * SIZE);
  for (let i = 0; i < count; i++) {
    const upright = i % 2 === 0, width = 2 + random.integer(3), place = random.integer(SIDE - 4);
    const strength = 0.6 + 0.3 * random.uniform();
    for (let p = 0; p < SIZE; p++) {
      const at = upright ? p % SIDE : Math.floor(p / SIDE);
      const lit = at >= place && at < place + width;
      pixels[i * SIZE + p] = (lit ? strength : 0.05) + 0.05 * random.uniform();
    }
  }
  return ndarray("float32", [count, SIDE, SIDE, 1], pixels);
}

/** Images that are no bars: black, white, noise, and bars whose pixels are shuffled. */
export function strangers(count: number): Record<string, NdArray<"float32">> {
  const random = new Random(9, "strangers");
  const images = (pixel: (i: number) => number) =>
    ndarray(
      "float32",
      [count, SIDE, SIDE, 1],
      Float32Array.from({ length: count * SIZE }, (_, i) => {
        return pixel(i);
      }),
    );
  const lit = bars(count, 3).data;
  const orders = Array.from({ length: count }, () => random.permutation(SIZE));
  return {
    black: images(() => 0),
    white: images(() => 1),
    noise: images(() => random.uniform()),
    shuffled: images((i) => lit[i - i % SIZE + orders[Math.floor(i / SIZE)][i % SIZE]]),
  };
}

/** An encoder of two latent variables: the ink of the left and of the upper half. */
export function encodeHalves(builder: GraphBuilder, images: Value) {
  const weights = new Float32Array(SIZE * 2);
  for (let p = 0; p < SIZE; p++) {
    weights[2 * p] = p % SIDE < SIDE / 2 ? 4 / SIZE : 0;
    weights[2 * p + 1] = p < SIZE / 2 ? 4 / SIZE : 0;
  }
  const { op } = builder;
  const kernel = builder.constant(ndarray("float32", [SIZE, 2], weights));
  return { straight: images, zMean: op.MatMul(op.Reshape(images, [-1, SIZE]), kernel) };
}

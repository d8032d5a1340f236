import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { InputError } from "../../../lib/input_error.ts";
import { LABEL_TEMPERATURE, sampleConditional } from "../../../lib/latent/sample_conditional.ts";

const prior = {
  z_mean: ndarray("float32", [2, 2], Float32Array.of(1, -2, 5, 0)),
  z_log_var: ndarray("float32", [2, 2], Float32Array.of(0, 2 * Math.log(3), -10, 1)),
};

Deno.test("sampleConditional() moves and scales the noise of each condition", () => {
  const noise = ndarray("float32", [4, 2], Float32Array.of(0, 1, 2, 0, -1, 0, 0, 2));
  const { shape, data } = sampleConditional(prior, noise, { temperature: 0.5 });
  assertEquals(shape, [4, 2]);
  const expected = [1, -0.5, 2, -2, 5 - 0.5 * Math.exp(-5), 0, 5, Math.exp(0.5)];
  expected.forEach((value, i) => assertAlmostEquals(data[i], value, 1e-6));
});

Deno.test("samples have the prior's mean, and its deviation times the temperature", () => {
  const count = 20_000;
  const noise = ndarray("float32", [count, 2], new Random(0, "noise").normals(2 * count));
  for (const temperature of [0, LABEL_TEMPERATURE, 1]) {
    const { data } = sampleConditional(prior, noise, { temperature });
    for (let at = 0; at < 4; at++) {
      const condition = Math.floor(at / 2);
      const values = Array.from(
        { length: count / 2 },
        (_, i) => data[(condition * count / 2 + i) * 2 + at % 2],
      );
      const mean = values.reduce((a, b) => a + b) / values.length;
      const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      const deviation = Math.exp(prior.z_log_var.data[at] / 2);
      assert(Math.abs(mean - prior.z_mean.data[at]) <= 0.03 * deviation);
      assertAlmostEquals(Math.sqrt(square), temperature * deviation, 0.02 * deviation);
    }
  }
});

for (const shape of [[3, 2], [4, 3], [4, 1]]) {
  Deno.test(`sampleConditional() says so if noise is ${shape.join("x")}`, () => {
    const noise = ndarray("float32", shape, new Float32Array(shape[0] * shape[1]));
    assertThrows(
      () => sampleConditional(prior, noise, { temperature: 1 }),
      InputError,
      `noise of ${shape.join("x")} is given for a prior of 2x2`,
    );
  });
}

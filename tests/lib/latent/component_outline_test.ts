import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { componentDistances } from "../../../lib/latent/component_distances.ts";
import {
  componentOutlines,
  invertTransform,
  type PlanePoint,
} from "../../../lib/latent/component_outline.ts";
import {
  type LatentTransform,
  TRANSFORM_NAMES,
  transformLatents,
} from "../../../lib/latent/latent_transform.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { tinyMixture } from "../../tiny_run.ts";

const points = ndarray("float64", [3, 2], Float64Array.of(0.3, -0.4, 1.5, 0.2, -2, -1.1));

for (const name of TRANSFORM_NAMES) {
  const transform: LatentTransform = { name, mean: [0.1, -0.2], std: [1.2, 0.8], scale: 1.4 };

  Deno.test(`invertTransform() finds the latents that ${name} came from`, () => {
    const { u } = transformLatents(transform, points);
    for (let i = 0; i < 3; i++) {
      const found = invertTransform(transform, [u[2 * i], u[2 * i + 1]])!;
      assertAlmostEquals(found[0], points.data[2 * i], 1e-9);
      assertAlmostEquals(found[1], points.data[2 * i + 1], 1e-9);
    }
  });

  Deno.test(`componentOutlines() behind ${name} lie at their distance from the component`, () => {
    const [member] = tinyMixture().members;
    // Shrunk, so that a part of the outlines lies where every transform comes.
    const means = ndarray("float64", [3, 2], member.mixture.means.data.map((value) => value / 4));
    const small = { ...member, transform, mixture: { ...member.mixture, means } };
    for (const { component, ellipses } of componentOutlines(small)) {
      for (const { sigma, lines } of ellipses) {
        const line = lines.flat() as PlanePoint[];
        const z = ndarray("float64", [line.length, 2], Float64Array.from(line.flat()));
        const distances = componentDistances(small, z);
        line.forEach((_, i) => assertAlmostEquals(distances[3 * i + component], sigma, 1e-6));
      }
    }
  });
}

Deno.test("componentOutlines() are closed where the transform reaches, and open beyond", () => {
  const [member] = tinyMixture().members;
  const [plain] = componentOutlines(member);
  const [line] = plain.ellipses[0].lines;
  assertEquals([line.length, line[0]], [97, line[96]]);
  const transform: LatentTransform = { name: "tanh", mean: [0, 0], std: [1, 1], scale: 1 };
  const means = ndarray("float64", [3, 2], Float64Array.of(0.9, 0, 0, 0, 2, 0));
  const squashed = { ...member, transform, mixture: { ...member.mixture, means } };
  const [beyond, inside, outside] = componentOutlines(squashed);
  const ends = beyond.ellipses[0].lines.map((line) => [line[0], line.at(-1)]);
  assertEquals(ends.length, 1);
  assertEquals(ends[0][0] === ends[0][1], false);
  assertEquals(inside.ellipses[0].lines[0].length, 97);
  assertEquals([outside.centre, outside.ellipses[0].lines], [undefined, []]);
});

Deno.test("componentOutlines() throws if the latent space is no plane", () => {
  assertThrows(() => componentOutlines(tinyMixture(3).members[0]), RangeError, "3 axes");
});

import { assertEquals, assertMatch } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { latentWarnings } from "../../../train/systems/vae_warnings.ts";

const near = ndarray("float32", [2, 2], Float32Array.of(1, -2, 30, 0));
const log = (klLoss: number) => ({ epoch: 1, phase: "elbo", klLoss });

Deno.test("latentWarnings() tells of less information than it takes to tell the classes apart", () => {
  // ln 3 = 1.0986, ln 20 = 2.9957
  assertEquals(latentWarnings(log(1.1), near, { classes: 3 }), []);
  assertEquals(latentWarnings(log(3), near, { classes: 20 }), []);
  assertMatch(
    latentWarnings(log(1.09), near, { classes: 3 }).join(),
    /^the latent space collapsed: the KL divergence is 1.09 nats, .* at least 1.10; try /,
  );
});

Deno.test("latentWarnings() tells of latent means that grow", () => {
  const far = ndarray("float32", [1, 2], Float32Array.of(3, -5000));
  assertMatch(
    latentWarnings(log(9), far, { classes: 3 }).join(),
    /^latent means grow: one is 5.00e\+3 away from 0/,
  );
});

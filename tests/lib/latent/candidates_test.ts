import { assert, assertEquals } from "@std/assert";
import { DEFAULT_CANDIDATES, estimableCandidates } from "../../../lib/latent/candidates.ts";

Deno.test("estimableCandidates() keeps every candidate in a plane", () => {
  const size = { rows: 2000, classes: 10, features: 2 };
  assertEquals(estimableCandidates(DEFAULT_CANDIDATES, size), DEFAULT_CANDIDATES);
});

Deno.test("estimableCandidates() takes diagonals where the rows are too few for matrices", () => {
  const size = { rows: 2000, classes: 3, features: 64 };
  const found = estimableCandidates(DEFAULT_CANDIDATES, size);
  assertEquals(found[0].name, "ensemble, diag, 2 per class");
  assert(found.every(({ members }) => members.every((m) => m.covarianceType === "diag")));
  // Full and tied became one.
  assertEquals(new Set(found.map(({ name }) => name)).size, found.length);
  assert(found.length < DEFAULT_CANDIDATES.length);
});

Deno.test("estimableCandidates() keeps a tied matrix longer than full ones", () => {
  const members = (["full", "tied", "spherical"] as const).map((covarianceType) => ({
    name: covarianceType,
    members: [{ covarianceType }],
  }));
  const found = estimableCandidates(members, { rows: 500, classes: 3, features: 16 });
  assertEquals(found.map(({ members: [m] }) => m.covarianceType), ["diag", "tied", "spherical"]);
});

import { InputError } from "../../../lib/input_error.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { resolveMemberOptions } from "../../../lib/latent/member_options.ts";

Deno.test("resolveMemberOptions() adds defaults, and leaves the scale to the transform", () => {
  const { scale, ...rest } = resolveMemberOptions({ transform: "disc", nInit: 3 });
  assertEquals([scale, rest.transform, rest.nInit, rest.componentsPerClass], [
    undefined,
    "disc",
    3,
    2,
  ]);
});

Deno.test("resolveMemberOptions() throws for an option out of its range", () => {
  assertThrows(
    () => resolveMemberOptions({ nInit: 0 }),
    InputError,
    "Cannot fit classifier: nInit is 0, it must be an integer of 1 or more",
  );
});

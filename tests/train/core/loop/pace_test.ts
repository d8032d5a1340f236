import { assert, assertEquals } from "@std/assert";
import { Pace } from "../../../../train/core/loop/pace.ts";

Deno.test("Pace makes chunks longer after quick steps, and one step long after a slow one", async () => {
  const pace = new Pace();
  const first = pace.steps;
  pace.start();
  await pace.rest(1_000_000);
  assert(pace.steps > first);
  pace.start();
  for (const start = performance.now(); performance.now() - start < 200;);
  await pace.rest(1);
  assertEquals(pace.steps, 1);
});

Deno.test("Pace lets timers have their turn", async () => {
  let fired = false;
  setTimeout(() => fired = true, 0);
  const pace = new Pace();
  pace.start();
  await pace.rest(1);
  assert(fired);
});

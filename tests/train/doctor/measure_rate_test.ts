import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { measureRate } from "../../../train/doctor/measure_rate.ts";

/** Work of which each unit takes so many milliseconds by its clock, the first of all far more. */
function work(milliseconds: number) {
  const asked: number[] = [];
  let time = 0;
  return {
    asked,
    now: () => time,
    run: (units: number) => {
      time += (asked.length === 0 ? 200 : 0) + units * milliseconds;
      asked.push(units);
      return Promise.resolve();
    },
  };
}

Deno.test("measureRate() gives units a second, whatever the first took", async () => {
  const { asked, run, now } = work(10);
  assertAlmostEquals(await measureRate(run, { budget: 300, now }), 100, 1e-9);
  // A unit to warm up and one to guess by; then runs of a seventh of the budget until it is spent.
  assertEquals(asked, [1, 1, 4, 4, 4, 4, 4, 4, 4, 4]);
});

Deno.test("measureRate() gives the median, whatever a few runs take", async () => {
  const { asked, run, now } = work(10);
  let delay = 0;
  const disturbed = async (units: number) => {
    await run(units);
    if (asked.length === 4) delay += 90;
  };
  const rate = await measureRate(disturbed, { budget: 300, now: () => now() + delay });
  assertAlmostEquals(rate, 100, 1e-9);
});

Deno.test("measureRate() takes the second run of slow work", async () => {
  const { asked, run, now } = work(100);
  assertEquals(await measureRate(run, { budget: 20, now }), 10);
  assertEquals(asked, [1, 1]);
});

Deno.test("measureRate() asks for no more units at once than it may", async () => {
  const { asked, run, now } = work(0.01);
  await measureRate(run, { budget: 50, most: 3, now });
  assert(asked.length > 3 && asked.slice(2).every((units) => units === 3));
});

Deno.test("measureRate() measures by the clock of the machine", async () => {
  const rate = await measureRate(() => Promise.resolve(), { budget: 1 });
  assert(rate > 0, String(rate));
});

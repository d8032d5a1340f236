import { assert } from "@std/assert";
import { measureRate } from "../../../train/doctor/measure_rate.ts";

/** Work of which each unit takes so many milliseconds, the first unit of all far more. */
function work(milliseconds: number) {
  const asked: number[] = [];
  return {
    asked,
    run: async (units: number) => {
      const start = asked.length === 0 ? 200 : 0;
      asked.push(units);
      await new Promise((resolve) => setTimeout(resolve, start + units * milliseconds));
    },
  };
}

Deno.test("measureRate() gives units a second, whatever the first took", async () => {
  const { run } = work(10);
  const rate = await measureRate(run, { budget: 300 });
  // A timer is late rather than early, on a busy machine by far.
  assert(rate > 10 && rate < 105, String(rate));
});

Deno.test("measureRate() takes the second run of slow work", async () => {
  const { asked, run } = work(100);
  const rate = await measureRate(run, { budget: 20 });
  assert(asked.join() === "1,1", asked.join());
  assert(rate > 1 && rate < 10.5, String(rate));
});

Deno.test("measureRate() asks for no more units at once than it may", async () => {
  const { asked, run } = work(0.01);
  await measureRate(run, { budget: 50, most: 3 });
  assert(asked.length > 3 && asked.slice(2).every((units) => units === 3));
});

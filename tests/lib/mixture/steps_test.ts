import { assert, assertEquals, assertRejects } from "@std/assert";
import { finish, finishInTurns, type Steps } from "../../../lib/mixture/steps.ts";

let freed = 0;

/** Adds the numbers below a limit, one a step, and counts when it is left. */
function* sumBelow(limit: number): Steps<number> {
  let sum = 0;
  try {
    for (let i = 0; i < limit; i++) {
      sum += i;
      yield;
    }
  } finally {
    freed++;
  }
  return sum;
}

Deno.test("finish() and finishInTurns() give the same result", async () => {
  assertEquals(finish(sumBelow(0)), 0);
  assertEquals(finish(sumBelow(5)), 10);
  assertEquals(await finishInTurns(sumBelow(5)), 10);
});

Deno.test("finishInTurns() stops when its signal is aborted by a timer", async () => {
  const reason = new Error("stopped");
  freed = 0;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), 1);
  const error = await assertRejects(() =>
    finishInTurns(sumBelow(Infinity), { signal: controller.signal })
  );
  clearTimeout(timer);
  assert(error === reason);
  assertEquals(freed, 1); // what it holds
});

import { assertEquals, assertRejects } from "@std/assert";
import { type Contestant, measureRounds } from "../../bench/rounds.ts";

/** Contestants that write down when they ran; the second fails in its third turn. */
function contestants(ran: string[]): Contestant[] {
  let turn = 0;
  return [
    {
      name: "a",
      steps: 3,
      run: (steps) => {
        ran.push("a");
        return Promise.resolve(steps);
      },
    },
    {
      name: "b",
      steps: 1,
      run: () => {
        ran.push("b");
        return ++turn === 3 ? Promise.reject(new Error("broken")) : Promise.resolve(turn);
      },
    },
    { name: "c", steps: 9, rounds: 1, run: (steps) => Promise.resolve(steps) },
  ];
}

Deno.test("measureRounds() has everyone run in turn, and leaves the first round out", async () => {
  const ran: string[] = [];
  const rounds: number[] = [];
  const times = await measureRounds(contestants(ran), {
    rounds: 1,
    onRound: (round) => rounds.push(round),
  });
  assertEquals([...times], [["a", [3]], ["b", [2]], ["c", [9]]]);
  assertEquals([ran.join(""), rounds], ["abab", [0, 1]]);
});

Deno.test("measureRounds() goes on without a contestant that fails, if failures are heard of", async () => {
  const ran: string[] = [];
  const failures: string[] = [];
  const times = await measureRounds(contestants(ran), {
    rounds: 3,
    onFailure: (name, error) => failures.push(`${name}: ${(error as Error).message}`),
  });
  assertEquals([...times], [["a", [3, 3, 3]], ["c", [9]]]);
  assertEquals([ran.join(""), failures], ["abababa", ["b: broken"]]);
  await assertRejects(() => measureRounds(contestants([]), { rounds: 3 }), Error, "broken");
});

import { assertEquals } from "@std/assert";
import { CASES, COVERED, faultOf, publicFunctions } from "./robust/options/cases.ts";

/** Few for each function: `deno task test:robust` tries many. */
const SEEDS = 2;

Deno.test("every public function has a case with odd options", async () => {
  const names = await publicFunctions();
  assertEquals(names.filter((name) => !(name in CASES) && !COVERED.includes(name)), []);
});

for (const name of Object.keys(CASES)) {
  Deno.test({
    name: `${name} gives a right result or an InputError whatever its options`,
    sanitizeResources: false,
    sanitizeOps: false,
    async fn() {
      const faults = [];
      for (let seed = 0; seed < SEEDS; seed++) faults.push(await faultOf(name, seed));
      assertEquals(faults.filter((fault) => fault !== undefined), []);
    },
  });
}

import { assertEquals } from "@std/assert";
import { factsOf } from "../../../lib/report/facts.ts";
import { tinySectionRun, without } from "./sections/section_data.ts";

Deno.test("factsOf() gives the facts that a run has, and the numbers of its own system", async () => {
  const run = await tinySectionRun();
  const names = factsOf([run]).map(({ name }) => name);
  assertEquals(names.includes("accuracy") && names.includes("parameters"), true);
  const bare = await without("metrics", "history");
  const own = { ...bare, metrics: { codesUsed: 17 } };
  assertEquals(factsOf([own]).map(({ name, value }) => [name, value(own)]), [
    ["parameters", 34],
    ["latent variables", 2],
    ["labelled images", 15],
    ["seed", 0],
    ["codes used", 17],
  ]);
  assertEquals(factsOf([own, run]).length > names.length, true);
});

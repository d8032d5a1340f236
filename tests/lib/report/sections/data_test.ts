import { assertEquals, assertMatch } from "@std/assert";
import { data } from "../../../../lib/report/sections/data.ts";
import { textOf, tinySectionRun } from "./section_data.ts";

Deno.test("data() lists the images of each role that there is, and the classes", async () => {
  const text = textOf(data(await tinySectionRun({ test: false })));
  assertMatch(text, /training<\/th><td class="number">120</);
  assertMatch(text, /labelled<\/th><td class="number">15</);
  assertEquals(text.includes(">test<"), false);
  assertMatch(text, /Classes: 1, 4, 8\.$/);
});

Deno.test("data() says which images are not used", async () => {
  const run = await tinySectionRun();
  assertMatch(textOf(data(run)), /test<\/th><td class="number">60<\/td><td>give the scores/);
  const unscored = textOf(data({ ...run, metrics: {}, history: [] }));
  assertMatch(unscored, /test<\/th><td class="number">60<\/td><td>are not used/);
  assertMatch(unscored, /<td>train the networks/);
});

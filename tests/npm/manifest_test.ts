import { assertEquals } from "@std/assert";
import { forNpm, NAME } from "../../npm/manifest.ts";

Deno.test("forNpm() names the package and its commands, and leaves Deno's own tasks as they are", () => {
  const texts = [
    "deno task train --out runs/mine",
    "`deno task ${name} --run`",
    "deno task explore, or deno task classify",
    "run deno task setup:cuda --from-pypi",
    'from "@glimpse/glimpse/mixture"',
  ];
  assertEquals(texts.map(forNpm), [
    `npx ${NAME} train --out runs/mine`,
    `\`npx ${NAME} \${name} --run\``,
    `deno task explore, or npx ${NAME} classify`,
    "run deno task setup:cuda --from-pypi",
    `from "${NAME}/mixture"`,
  ]);
});

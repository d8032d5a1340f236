import { assertEquals } from "@std/assert";
import { modules, PRODUCT } from "./modules.ts";

/**
 * Modules and folders whose test does not stand at the mirrored path, each with the test that covers
 * it and the reason.
 */
const ELSEWHERE: readonly (readonly [path: string, test: string, reason: string])[] = [
  ["infer/explore/page/", "browser/explore_test.ts", "runs in a browser"],
  ["train/record/kernels/", "train/record/kernels_test.ts", "a case for each rule of each table"],
];

/** Modules that still lack a test. The list only gets shorter. */
const LACKING: readonly string[] = [];

/** Whether there is something to run in a module, beside imports, exports and types. */
function holdsCode(text: string): boolean {
  return /^(export )?(default )?(async )?(abstract )?(function|class|const|let)\b/m.test(text) ||
    /^(await |try )/m.test(text);
}

const tests = new Set((await modules("tests/")).map(([path]) => path));
const mirrorOf = (path: string) => `tests/${path.replace(/\.ts$/, "_test.ts")}`;
const isElsewhere = (path: string) => ELSEWHERE.some(([prefix]) => path.startsWith(prefix));

Deno.test("every module has its test at the mirrored path", () => {
  const lacking = PRODUCT
    .filter(([path, text]) => holdsCode(text) && !tests.has(mirrorOf(path)) && !isElsewhere(path))
    .map(([path]) => path);
  assertEquals(lacking.sort(), [...LACKING].sort());
});

Deno.test("every module that is tested elsewhere exists, and so does its test", () => {
  for (const [prefix, test, reason] of ELSEWHERE) {
    const covered = PRODUCT.filter(([path]) => path.startsWith(prefix));
    assertEquals(covered.length > 0, true, `${prefix}: there is no such module`);
    assertEquals(tests.has(`tests/${test}`), true, `${prefix} (${reason}): no tests/${test}`);
    const needless = covered.filter(([path]) => path === prefix && tests.has(mirrorOf(path)));
    assertEquals(needless, [], `${prefix} has its mirrored test: remove it from the list`);
  }
});

Deno.test("holdsCode() sees functions, classes, constants and statements, and no types", () => {
  const types = 'export * from "./a.ts";\nexport interface A {\n  const: number;\n}\ntype B = A;\n';
  assertEquals(holdsCode(types), false);
  for (
    const code of ["export const a = 1;", "async function b() {}", "export abstract class C {}"]
  ) {
    assertEquals(holdsCode(types + code), true);
  }
});

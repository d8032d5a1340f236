import { assertEquals } from "@std/assert";
import util from "node:util";
import { restoreLegacyUtil } from "../../../../train/tfjs/node/legacy_util.ts";

type Legacy = Record<string, (value: unknown) => boolean>;

Deno.test("restoreLegacyUtil() gives node:util what the package calls, and changes nothing else", () => {
  const before = { ...util } as unknown as Legacy;
  restoreLegacyUtil();
  const after = util as unknown as Legacy;
  const { isArray, isNullOrUndefined } = after;
  assertEquals([null, undefined, 0, ""].map(isNullOrUndefined), [true, true, false, false]);
  assertEquals([[], { length: 0 }].map(isArray), [true, false]);
  for (const [name, fn] of Object.entries(before)) assertEquals(after[name], fn, name);
});

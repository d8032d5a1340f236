import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { onlyFlag } from "../../../lib/command/only_flag.ts";

Deno.test("onlyFlag() gives the value of the one flag that was given", () => {
  assertEquals(onlyFlag({ fromNpm: undefined, wheel: "a.whl" }, "set up"), "a.whl");
});

Deno.test("onlyFlag() throws if none or several were given", () => {
  const cases = [
    [{ fromNpm: undefined, wheel: undefined }, "nothing is given"],
    [{ fromNpm: "npm", wheel: "a.whl" }, "--from-npm and --wheel are given"],
  ] as const;
  for (const [values, found] of cases) {
    assertThrows(
      () => onlyFlag<string>(values, "set up"),
      InputError,
      `Cannot set up: ${found}, one of --from-npm, --wheel is needed`,
    );
  }
});

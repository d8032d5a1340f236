import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";

Deno.test("parseArgs() splits flags and positionals as std's does", () => {
  const parsed = parseArgs(
    ["a", "--out", "x", "--force", "--no-colour", "--seed=-1", "12", "--", "--out", "b"],
    { string: ["out", "seed", "_"], boolean: ["force", "colour"], negatable: ["colour"] },
  );
  assertEquals({ ...parsed }, {
    _: ["a", "12", "--out", "b"],
    out: "x",
    force: true,
    colour: false,
    seed: "-1",
  });
});

Deno.test("parseArgs() keeps the last of a repeated flag, and gives defaults", () => {
  const parsed = parseArgs(["--out", "a", "--out=b"], {
    string: ["out"],
    boolean: ["on", "off"],
    default: { on: true },
  });
  assertEquals({ ...parsed }, { _: [], out: "b", on: true, off: false });
});

Deno.test("parseArgs() collects the values of a repeated flag in a list", () => {
  const options = { string: ["run", "more"], collect: ["run", "more"] };
  const parsed = parseArgs(["--run", "a", "--run=2"], options);
  assertEquals({ ...parsed }, { _: [], run: ["a", "2"], more: [] });
});

Deno.test("parseArgs() knows a flag by its alias, and a missing value as empty text", () => {
  const parsed = parseArgs(["-h", "--out"], {
    string: ["out"],
    boolean: ["help"],
    alias: { h: "help" },
  });
  assertEquals({ ...parsed }, { _: [], h: true, help: true, out: "" });
});

Deno.test("parseArgs() asks about unknown flags, those that cannot be negated included", () => {
  const asked: string[] = [];
  const parsed = parseArgs(["word", "--what=3", "--no-out", "-q"], {
    string: ["out"],
    unknown: (arg) => {
      asked.push(arg);
      return !arg.startsWith("-");
    },
  });
  assertEquals(asked.sort(), ["--no-out", "--what=3", "-q", "word"]);
  assertEquals({ ...parsed }, { _: ["word"] });
});

import { assertEquals, assertThrows } from "@std/assert";
import { checkValues, describeValue, parseValue } from "../../../lib/command/flag_values.ts";
import { InputError } from "../../../lib/input_error.ts";

const description = "";

Deno.test("parseValue() reads each kind of value", () => {
  const parse = (text: string, option: Parameters<typeof parseValue>[2]) =>
    parseValue("--flag", text, option);
  assertEquals(parse("a b", { kind: "string", description }), "a b");
  assertEquals(parse("-7", { kind: "integer", description }), -7);
  assertEquals(parse("1e-3", { kind: "number", description }), 0.001);
  assertEquals(parse(".5", { kind: "number", description, above: 0, max: 0.5 }), 0.5);
  assertEquals(parse("1, 4,8", { kind: "integers", description }), [1, 4, 8]);
  assertEquals(parse("cat, big dog,8", { kind: "names", description }), ["cat", "big dog", "8"]);
  assertEquals(parse("b", { kind: "choice", description, choices: ["a", "b"] }), "b");
});

Deno.test("parseValue() throws for what is no number of the kind, or out of its range", () => {
  const cases = [
    ["", { kind: "integer", description, min: 1 }],
    ["0", { kind: "integer", description, min: 1 }],
    ["1.5", { kind: "integer", description }],
    ["0x10", { kind: "integer", description }],
    ["1e400", { kind: "number", description }],
    ["Infinity", { kind: "number", description }],
    ["NaN", { kind: "number", description }],
    ["0", { kind: "number", description, above: 0 }],
    ["1,,2", { kind: "integers", description }],
    ["cat,,dog", { kind: "names", description }],
    ["1,70000", { kind: "integers", description, max: 65535 }],
    ["c", { kind: "choice", description, choices: ["a", "b"] }],
  ] as const;
  for (const [text, option] of cases) {
    assertThrows(
      () => parseValue("--flag", text, option),
      InputError,
      `Cannot use --flag: ${text === "" ? "no value follows --flag" : `the value is "${text}"`}, ` +
        `it needs ${describeValue(option)}`,
    );
  }
});

Deno.test("describeValue() says the range in words", () => {
  const number = (range: object) => describeValue({ kind: "number", description, ...range });
  assertEquals(number({}), "a number");
  assertEquals(number({ min: 1 }), "a number of 1 or more");
  assertEquals(number({ max: 5 }), "a number of 5 or less");
  assertEquals(number({ min: 0, max: 5 }), "a number from 0 to 5");
  assertEquals(number({ above: 0 }), "a number above 0");
  assertEquals(number({ above: 0, max: 1 }), "a number above 0 and up to 1");
});

Deno.test("checkValues() gives back values in their ranges, and throws for others", () => {
  const options = {
    beta: { kind: "number", description, min: 0 },
    epochs: { kind: "integer", description, min: 1 },
    hidden: { kind: "integers", description, min: 1 },
    network: { kind: "choice", description, choices: ["mlp", "conv"] },
    deskew: { kind: "boolean", description },
    name: { kind: "string", description },
  } as const;
  const values = {
    beta: 1e-300,
    epochs: 3,
    hidden: [4, 2],
    network: "mlp",
    deskew: true,
    name: "",
  };
  assertEquals(checkValues(options, values), values);
  assertEquals(checkValues(options, { beta: undefined }), { beta: undefined });
  const wrong = { beta: [-1, NaN, Infinity], epochs: [0, 1.5], hidden: [[], [0]], network: [""] };
  for (const [name, list] of Object.entries(wrong)) {
    for (const value of list) {
      assertThrows(
        () => checkValues(options, { [name]: value }),
        InputError,
        `Cannot use ${name}: `,
      );
    }
  }
});

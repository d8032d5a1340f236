import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertInstanceOf,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

/** Whether a check fails, told without the checks under test. */
function fails(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}

function mustFail(check: () => void): void {
  if (!fails(check)) throw new Error(`${check} passed but must fail`);
}

Deno.test("each assertion passes on what it asserts", async () => {
  assert(1);
  assertEquals({ a: [1, { b: new Float32Array([1, NaN]) }] }, {
    a: [1, { b: new Float32Array([1, NaN]) }],
  });
  assertNotEquals([1], [2]);
  assertAlmostEquals(1, 1 + 1e-8);
  assertAlmostEquals(1, 1.4, 0.5);
  assertStringIncludes("abc", "b");
  assertMatch("abc", /^a/);
  assertExists(0);
  assertInstanceOf(new RangeError(), Error);
  const thrown = assertThrows(() => JSON.parse("{"), SyntaxError, "JSON");
  assertInstanceOf(thrown, SyntaxError);
  const reason = await assertRejects(
    () => Promise.reject(new RangeError("far")),
    RangeError,
    "fa",
  );
  assertEquals(reason.message, "far");
});

Deno.test("each assertion fails on anything else", async () => {
  mustFail(() => assert(0));
  mustFail(() => assertEquals(new Uint8Array([1]), new Uint8Array([2])));
  mustFail(() => assertEquals<unknown>(new Uint8Array([1]), new Int8Array([1])));
  mustFail(() => assertEquals<unknown>({ a: 1 }, { a: "1" }));
  mustFail(() => assertNotEquals({ a: 1 }, { a: 1 }));
  mustFail(() => assertAlmostEquals(1, 1 + 1e-6));
  mustFail(() => assertAlmostEquals(NaN, 1, 10));
  mustFail(() => assertStringIncludes("abc", "d"));
  mustFail(() => assertMatch("abc", /^b/));
  mustFail(() => assertExists(null));
  mustFail(() => assertInstanceOf(new Error(), RangeError));
  mustFail(() => assertThrows(() => 1));
  mustFail(() => assertThrows(() => JSON.parse("{"), RangeError));
  mustFail(() => assertThrows(() => JSON.parse("{"), SyntaxError, "no such words"));
  for (
    const settled of [
      () => assertRejects(() => Promise.resolve(1)),
      () => assertRejects(() => Promise.reject(new Error("far")), RangeError),
      () =>
        assertRejects(
          () => Promise.reject(new RangeError("far")),
          RangeError,
          "near",
        ),
      () =>
        assertRejects(() => {
          throw new Error("at once");
        }),
    ]
  ) {
    const outcome = await settled().then(() => "passed", () => "failed");
    if (outcome !== "failed") {
      throw new Error(`${settled} passed but must fail`);
    }
  }
});

import { assertEquals } from "@std/assert";
import { readBody } from "../../infer/read_body.ts";

/** A request that sends some parts, and how many of them were read. */
function request(parts: readonly number[][], headers: Record<string, string> = {}) {
  const seen = { parts: 0 };
  async function* send() {
    for (const part of parts) {
      seen.parts++;
      yield await Promise.resolve(Uint8Array.from(part));
    }
  }
  return { request: Object.assign(send(), { headers }), seen };
}

Deno.test("readBody() joins the parts of a body", async () => {
  assertEquals(await readBody(request([[1, 2], [], [3]]).request, 3), Uint8Array.of(1, 2, 3));
  assertEquals(await readBody(request([]).request, 3), new Uint8Array());
});

Deno.test("readBody() reads no more than it may, whatever length is announced", async () => {
  const long = request([[1, 2], [3, 4], [5]]);
  assertEquals([await readBody(long.request, 3), long.seen.parts], [undefined, 2]);
  const announced = request([[1]], { "content-length": "4" });
  assertEquals([await readBody(announced.request, 3), announced.seen.parts], [undefined, 0]);
});

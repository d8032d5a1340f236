import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { type PageFiles } from "../../../infer/explore/page_files.ts";
import { answerFrom, servePage } from "../../../infer/explore/serve_page.ts";

const FILES: PageFiles = new Map([
  ["/", { type: "text/html", body: new TextEncoder().encode("page") }],
  ["/large.wasm", { type: "application/wasm", body: () => Promise.resolve(new Uint8Array(3)) }],
]);

const answer = answerFrom(FILES);

function ask(path: string, init: RequestInit = {}, host = "127.0.0.1:8000"): Promise<Response> {
  return answer(new Request(`http://${host}${path}`, init));
}

Deno.test("answerFrom() gives files with their type, and the headers that isolate the page", async () => {
  const response = await ask("/");
  assertEquals([response.status, await response.text()], [200, "page"]);
  const { headers } = response;
  assertEquals(headers.get("content-type"), "text/html");
  assertEquals(headers.get("content-length"), "4");
  assertEquals(headers.get("cross-origin-opener-policy"), "same-origin");
  assertEquals(headers.get("cross-origin-embedder-policy"), "require-corp");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  const policy = headers.get("content-security-policy")!;
  assertStringIncludes(policy, "default-src 'none'");
  assertEquals(policy.includes("http"), false);
  assertEquals(policy.includes("'unsafe-"), false);
  assertEquals((await (await ask("/large.wasm")).bytes()).length, 3);
});

Deno.test("answerFrom() answers HEAD without a body, and no other method", async () => {
  const head = await ask("/", { method: "HEAD" });
  assertEquals([head.status, head.headers.get("content-length"), await head.text()], [
    200,
    "4",
    "",
  ]);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    const response = await ask("/", { method });
    assertEquals([response.status, response.headers.get("allow")], [405, "GET, HEAD"]);
    await response.text();
  }
});

Deno.test("answerFrom() does not know other paths, or other names of this machine", async () => {
  for (
    const path of ["/index.html", "//", "/large.wasm/", "/LARGE.WASM", "/%2flarge.wasm", "/%00"]
  ) {
    const response = await ask(path);
    assertEquals([path, response.status, await response.text()], [path, 404, "Not found\n"]);
  }
  assertEquals((await ask("/", {}, "localhost:8000")).status, 200);
  assertEquals((await ask("/", {}, "evil.example:8000")).status, 421);
});

Deno.test("servePage() throws if the port is taken", async () => {
  const server = servePage(FILES);
  const { port } = server.addr;
  try {
    servePage(FILES, port);
    throw new Error("the second server started");
  } catch (error) {
    assert(error instanceof InputError, String(error));
    assertMatch(
      error.message,
      new RegExp(`^Cannot serve on port ${port}: another program listens`),
    );
  } finally {
    await server.shutdown();
  }
});

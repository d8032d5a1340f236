import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { type PageFiles } from "../../../infer/explore/page_files.ts";
import { answerFrom, servePage } from "../../../infer/explore/serve_page.ts";

const LARGE = new URL("../../../README.md", import.meta.url);

const FILES: PageFiles = new Map([
  ["/", { type: "text/html", body: new TextEncoder().encode("page") }],
  ["/large.wasm", { type: "application/wasm", body: LARGE }],
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
  assertEquals(await (await ask("/large.wasm")).bytes(), await Deno.readFile(LARGE));
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

Deno.test("answerFrom() sends so many files at a time, and more when these have ended", async () => {
  const answer = answerFrom(FILES);
  const request = () => answer(new Request("http://127.0.0.1/large.wasm"));
  const responses: Response[] = [];
  for (let i = 0; i < 40; i++) responses.push(await request());
  const busy = responses.filter(({ status }) => status === 503);
  assertEquals([busy.length, busy[0].headers.get("retry-after")], [8, "1"]);
  for (const response of responses) await response.body?.cancel();
  const again = await request();
  assertEquals([again.status, (await again.bytes()).length], [200, Deno.statSync(LARGE).size]);
});

Deno.test("servePage() answers a request whose host is no name, and goes on", async () => {
  const server = servePage(FILES);
  try {
    for (const host of ["a b", "[", "127.0.0.1:x"]) {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
      const text = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      await connection.write(new TextEncoder().encode(text));
      const answered = await new Response(connection.readable).text();
      assertMatch(answered, /^HTTP\/1\.1 4\d\d /);
    }
    const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
    assertEquals(await response.text(), "page");
  } finally {
    await server.shutdown();
  }
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

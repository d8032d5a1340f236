import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { type PageFiles } from "../../../infer/page/bundle_page.ts";
import { answerFrom, servePage, type ServePageOptions } from "../../../infer/page/serve_page.ts";

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

Deno.test("answerFrom() does what the page asks with its token, from its origin, in JSON", async () => {
  const asked: unknown[] = [];
  const acting = answerFrom(FILES, {
    token: "secret",
    actions: new Map([["/save", (body) => {
      asked.push(body);
      return Promise.resolve({ status: 409, json: { version: 2 } });
    }]]),
  });
  const post = (headers: Record<string, string>, body = "[1]", path = "/save") =>
    acting(new Request(`http://localhost:8000${path}`, { method: "POST", headers, body }));
  const own = { origin: "http://localhost:8000", "x-glimpse-token": "secret" };
  const response = await post(own);
  assertEquals([response.status, await response.json()], [409, { version: 2 }]);
  assertEquals(response.headers.get("cache-control"), "no-cache");
  assertEquals((await post({ ...own, "x-glimpse-token": "" })).status, 403);
  assertEquals((await post({ ...own, origin: "http://127.0.0.1:8000" })).status, 403);
  assertEquals((await post(own, "[1")).status, 400);
  assertEquals((await post(own, "[1]", "/")).status, 405);
  assertEquals(asked, [[1]]);
});

Deno.test("servePage() takes no more than a page may send", async () => {
  const actions = new Map([["/save", () => Promise.resolve({ status: 200 as const, json: 1 })]]);
  await serving(async (port) => {
    const origin = `http://127.0.0.1:${port}`;
    const post = (length: number) =>
      fetch(`${origin}/save`, {
        method: "POST",
        headers: { origin, "x-glimpse-token": "t" },
        body: `"${"a".repeat(length)}"`,
      });
    const enough = await post(1_000_000);
    assertEquals([enough.status, await enough.json()], [200, 1]);
    // The rest is not read: the answer may come, or the connection end.
    const status = await post(20_000_000).then(async (response) => {
      await response.body?.cancel();
      return response.status;
    }, () => 413);
    assertEquals(status, 413);
  }, { actions: { token: "t", actions } });
});

Deno.test("servePage() waits for an action that takes longer than a client may be silent", async () => {
  let calls = 0;
  const slow = async () => {
    calls++;
    await new Promise((resolve) => setTimeout(resolve, 900));
    return { status: 200 as const, json: calls };
  };
  await serving(async (port) => {
    const origin = `http://127.0.0.1:${port}`;
    const init = {
      method: "POST",
      headers: { origin, "x-glimpse-token": "t" },
      body: "1",
    };
    const response = await fetch(`${origin}/slow`, init);
    assertEquals([response.status, await response.json()], [200, 1]);
  }, { patience: 200, actions: { token: "t", actions: new Map([["/slow", slow]]) } });
});

/** Serves the files, in a test of its own. */
async function serving(
  test: (port: number) => Promise<void>,
  options: ServePageOptions = {},
): Promise<void> {
  const { port, close } = await servePage(FILES, options);
  try {
    await test(port);
  } finally {
    await close();
  }
}

/** Sends text over a connection of its own, and returns all that comes back until it is closed. */
async function say(port: number, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text();
}

const page = async (port: number) => await (await fetch(`http://127.0.0.1:${port}/`)).text();

Deno.test("servePage() answers a request whose host is no name, and goes on", async () => {
  await serving(async (port) => {
    for (const host of ["a b", "[", "127.0.0.1:x", "", "evil.example", "\x01"]) {
      const text = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      assertMatch(await say(port, text), /^HTTP\/1\.1 4\d\d /);
    }
    assertEquals(await page(port), "page");
  });
});

Deno.test("servePage() closes what sends half a request, and serves others meanwhile", async () => {
  const request = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nabc";
  await serving(async (port) => {
    const halves = Array.from({ length: 12 }, (_, i) => say(port, request.slice(0, i * 6)));
    assertEquals(await page(port), "page");
    for (const half of await Promise.all(halves)) assertEquals(half.includes("200 OK"), false);
  }, { patience: 200 });
});

Deno.test("servePage() holds so many connections, and more when these have ended", async () => {
  await serving(async (port) => {
    const all: Deno.Conn[] = [];
    for (let i = 0; i < 80; i++) all.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    const closed = (connection: Deno.Conn) =>
      connection.read(new Uint8Array(1)).then((count) => count === null, () => true);
    const first = await Promise.all(all.slice(64).map(closed));
    assertEquals(first, new Array(16).fill(true));
    for (const connection of all) connection.close();
    let answered = "";
    while (answered === "") answered = await page(port).catch(() => "");
    assertEquals(answered, "page");
  });
});

Deno.test("servePage() streams a file to a client that takes it slowly, and drops one that does not", async () => {
  const path = await Deno.makeTempFile();
  await Deno.truncate(path, 64e6);
  const body = new URL(`file://${path}`);
  const { port, close } = await servePage(
    new Map([["/large", { type: "application/wasm", body }]]),
    { patience: 300 },
  );
  try {
    const before = Deno.memoryUsage().rss;
    const connections: Deno.Conn[] = [];
    for (let i = 0; i < 16; i++) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      const text = "GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
      await connection.write(new TextEncoder().encode(text));
      connections.push(connection);
    }
    const response = await fetch(`http://127.0.0.1:${port}/large`);
    assertEquals((await response.bytes()).length, 64e6);
    // One file in memory, here, and none of the sixteen.
    assert(Deno.memoryUsage().rss - before < 3 * 64e6);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const connection of connections) {
      let length = 0;
      const buffer = new Uint8Array(2 ** 20);
      for (let count; (count = await connection.read(buffer).catch(() => null)) !== null;) {
        length += count;
      }
      assert(length < 64e6, `${length} bytes were sent to a client that had gone`);
      connection.close();
    }
  } finally {
    await close();
    await Deno.remove(path);
  }
});

Deno.test("servePage() throws if the port is taken", async () => {
  await serving(async (port) => {
    const { message } = await assertRejects(() => servePage(FILES, { port }), InputError);
    assertMatch(message, new RegExp(`^Cannot serve on port ${port}: another program listens`));
  });
});

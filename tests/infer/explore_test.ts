import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { readRun } from "../../lib/run/run_folder.ts";
import { InputError } from "../../lib/input_error.ts";
import { type PageFiles, pageFiles } from "../../infer/explore/page_files.ts";
import { answerFrom, servePage } from "../../infer/explore/serve_page.ts";
import { inFolder, runMain } from "../command_line.ts";
import { startExplore } from "../task.ts";
import { writeTinyRun } from "../tiny_run.ts";

const FILES: PageFiles = new Map([
  ["/", { type: "text/html", body: new TextEncoder().encode("page") }],
  ["/large.wasm", { type: "application/wasm", body: () => Promise.resolve(new Uint8Array(3)) }],
]);

const answer = answerFrom(FILES);

function ask(path: string, init: RequestInit = {}, host = "127.0.0.1:8000"): Promise<Response> {
  return answer(new Request(`http://${host}${path}`, init));
}

/** Sends a request line as it is: `fetch` would mend the path first. */
async function askRaw(port: number, line: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  return await new Response(connection.readable).text();
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

Deno.test("explore serves the run and the page, reads nothing else, and ends at once", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    await Deno.writeTextFile(`${dir}/secret.txt`, "secret");
    await Deno.writeTextFile(`${dir}/run/unlisted.txt`, "secret");
    await Deno.symlink(`${dir}/secret.txt`, `${dir}/run/linked.txt`);
    const page = await startExplore(`${dir}/run`);
    const found: Record<string, string> = {
      "": "text/html",
      "page.js": "text/javascript",
      "models_worker.js": "text/javascript",
      "style.css": "text/css",
      "run.json": "application/json",
      "ort/ort.wasm.min.mjs": "text/javascript",
      "ort/ort-wasm-simd-threaded.wasm": "application/wasm",
      "ort/ort.webgpu.min.mjs": "text/javascript",
      "ort/ort-wasm-simd-threaded.asyncify.wasm": "application/wasm",
    };
    for (const [path, type] of Object.entries(found)) {
      const { status, headers, body } = await fetch(`${page.address}${path}`, { method: "HEAD" });
      await body?.cancel();
      assertEquals([path, status, headers.get("content-type")?.split(";")[0]], [path, 200, type]);
    }
    for (const name of ["encoder.onnx", "decoder.onnx"]) {
      const bytes = await (await fetch(`${page.address}${name}`)).bytes();
      assertEquals(bytes, await Deno.readFile(`${dir}/run/${name}`));
    }
    // The page loads nothing from elsewhere.
    for (const path of ["", "style.css"]) {
      const text = await (await fetch(`${page.address}${path}`)).text();
      assertEquals(text.replaceAll("http://www.w3.org/2000/svg", "").includes("://"), false);
    }
    const paths = [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/ort/../../secret.txt",
      "/ort/..%2f..%2fsecret.txt",
      "/ort/%2e%2e/%2e%2e/secret.txt",
      "/..\\secret.txt",
      `${dir}/secret.txt`,
      `/${dir}/secret.txt`,
      "/etc/passwd",
      "//etc/passwd",
      "/file:///etc/passwd",
      "/unlisted.txt",
      "/linked.txt",
      "/manifest.json",
      "/page.ts",
      "/page/page.ts",
      "/favicon.ico",
    ];
    for (const path of paths) {
      const text = await askRaw(page.port, `GET ${path}`);
      assertMatch(text, /^HTTP\/1\.1 404 /, path);
      assertEquals(/secret|root:/.test(text), false, path);
    }
    assertMatch(await askRaw(page.port, "POST /"), /^HTTP\/1\.1 405 /);

    const start = performance.now();
    assertEquals(await page.stop(), 130);
    assert(performance.now() - start < 2000, "Ctrl-C took more than 2 seconds");
  });
});

Deno.test("explore refuses a folder that is no run, a damaged run and a link in one sentence", async () => {
  await inFolder(async (dir) => {
    const explore = async (...args: string[]) => {
      const { code, stdout, stderr } = await runMain("infer/explore/main.ts", args, { cwd: dir });
      assertEquals([code, stdout], [1, ""]);
      return stderr;
    };
    assertEquals(
      await explore("--run", "none"),
      'Cannot read run "none": there is no such folder, a folder that train wrote is needed\n',
    );
    assertEquals(
      await explore(),
      "Cannot run explore: --run is missing, it gives the run folder that train wrote\n",
    );
    assertMatch(await explore("--run", "none", "--port", "70000"), /from 0 to 65535\n$/);
    await writeTinyRun(`${dir}/run`);
    await Deno.writeTextFile(`${dir}/run/decoder.onnx`, "other");
    assertMatch(
      await explore("--run", "run"),
      /^Cannot read run "run": its decoder.onnx was altered/,
    );
  });
});

Deno.test("pageFiles() throws if a model is a symbolic link", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    await Deno.rename(`${dir}/run/encoder.onnx`, `${dir}/elsewhere.onnx`);
    await Deno.symlink(`${dir}/elsewhere.onnx`, `${dir}/run/encoder.onnx`);
    const run = await readRun(`${dir}/run`);
    const error = await assertRejects(() => pageFiles(run), InputError);
    assertMatch(error.message, /encoder\.onnx": it is a symbolic link, the file itself is needed$/);
  });
});

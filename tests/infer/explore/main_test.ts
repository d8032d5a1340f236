import { assertEquals, assertMatch } from "@std/assert";
import { inFolder, runMain } from "../../command_line.ts";
import { startExplore } from "../../task.ts";
import { writeTinyRun } from "../../tiny_run.ts";

/** Sends a request line as it is: `fetch` would mend the path first. */
async function askRaw(port: number, line: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  return await new Response(connection.readable).text();
}

Deno.test("explore serves the run and the page, reads nothing else, and ends by Ctrl-C", async () => {
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

    assertEquals(await page.stop(), 130);
  });
});

Deno.test("explore rejects a folder that is no run, a damaged run and a link in one sentence", async () => {
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

import { assertEquals } from "@std/assert";
import { runtimeFiles } from "../../infer/page/bundle_page.ts";
import { encodePng } from "../../lib/plot/png.ts";
import { inFolder } from "../command_line.ts";
import { tinyImages, writeTinyRun } from "../tiny_run.ts";
import { inPage } from "./chromium.ts";

const LABELS = [1, 4, 8, 4, 1, 8];

Deno.test({
  name: "the page in examples/deploy/browser classifies files",
  // Playwright keeps its connection and timers.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (dir) => {
      await writeTinyRun(`${dir}/run`);
      const pixels = tinyImages(LABELS);
      const paths = LABELS.map((_, i) => `${dir}/${i}.png`);
      for (const [i, path] of paths.entries()) {
        const image = pixels.slice(16 * i, 16 * (i + 1));
        const png = encodePng({ height: 4, width: 4, channels: 1, pixels: image });
        await Deno.writeFile(path, png);
      }
      const page = new URL("../../examples/deploy/browser/index.html", import.meta.url);
      const files = new Map<string, { type: string; body: string | URL }>([
        ["/", { type: "text/html", body: page }],
        ["/classifier_uint8.onnx", {
          type: "application/octet-stream",
          body: `${dir}/run/classifier_uint8.onnx`,
        }],
      ]);
      for (const [name, { type, body }] of await runtimeFiles()) {
        files.set(name, { type, body: body as URL });
      }
      const answer = async (request: Request) => {
        const file = files.get(new URL(request.url).pathname);
        return file === undefined
          ? new Response(null, { status: 204 })
          : new Response(await Deno.readFile(file.body), {
            headers: { "content-type": file.type },
          });
      };
      const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
      const server = Deno.serve(options, answer);
      try {
        await inPage(`http://127.0.0.1:${server.addr.port}/`, async (page) => {
          await page.waitForSelector("body[data-ready]");
          await page.setInputFiles("#files", paths);
          await page.waitForFunction(
            (count) => document.querySelectorAll("li").length === count,
            LABELS.length,
          );
          const found = await page.locator("li").allTextContents();
          assertEquals(found, LABELS.map((label, i) => `${i}.png: ${label}`));
        });
      } finally {
        await server.shutdown();
      }
    }),
});

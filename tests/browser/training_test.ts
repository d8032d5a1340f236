import { assert, assertEquals } from "@std/assert";
import { runtimeFiles } from "../../infer/page/bundle_page.ts";
import { inFolder } from "../command_line.ts";
import { exportDefaultVae, STEPS } from "../exported_training.ts";
import { inPage } from "./chromium.ts";

Deno.test({
  name: "the default VAE trains in a page from its exported training, to the same losses",
  // Playwright keeps its connection and timers.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (dir) => {
      const { path, inputs, losses } = await exportDefaultVae(dir);
      const arrays = Object.entries(inputs);
      const bytes = arrays.map(([, { data }]) =>
        new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
      );
      const list = arrays.map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
      const files = new Map<string, { type: string; body: BodyInit }>([
        ["/", {
          type: "text/html",
          body: await Deno.readFile(new URL("../../examples/train.html", import.meta.url)),
        }],
        ["/training.onnx", { type: "application/octet-stream", body: await Deno.readFile(path) }],
        ["/inputs.json", { type: "application/json", body: JSON.stringify(list) }],
        ["/inputs.bin", { type: "application/octet-stream", body: new Blob(bytes) }],
      ]);
      for (const [name, { type, body }] of await runtimeFiles()) {
        files.set(name, { type, body: await Deno.readFile(body as URL) });
      }
      const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
        const file = files.get(new URL(request.url).pathname);
        return file === undefined
          ? new Response(null, { status: 204 })
          : new Response(file.body, { headers: { "content-type": file.type } });
      });
      try {
        await inPage(`http://127.0.0.1:${server.addr.port}/`, async (page) => {
          await page.waitForFunction(() => "losses" in globalThis, null, { timeout: 120_000 });
          const given = await page.evaluate(() =>
            (globalThis as unknown as { losses: number[] }).losses
          );
          assertEquals([losses.length, given.length], [STEPS, STEPS]);
          losses.forEach((loss, i) => {
            assert(Math.abs(given[i] / loss - 1) <= 1e-5, `step ${i}: ${given[i]}, not ${loss}`);
          });
        });
      } finally {
        await server.shutdown();
      }
    }),
});

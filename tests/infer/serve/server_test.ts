import { assert, assertEquals, assertRejects } from "@std/assert";
import { openClassifier } from "../../../infer/classifier.ts";
import { serve, type ServeOptions, type Server } from "../../../infer/serve/server.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { encodeNpy } from "../../../lib/data/npy.ts";
import { InputError } from "../../../lib/input_error.ts";
import { readRun } from "../../../lib/run/run_folder.ts";
import { inFolder } from "../../command_line.ts";
import { tinyImages, writeTinyRun } from "../../tiny_run.ts";

const LABELS = [1, 4, 8, 4];
const BODY = encodeNpy(ndarray("uint8", [4, 4, 4], tinyImages(LABELS)));
const NPY = { "content-type": "application/x-npy" };

/** Tests a server of the tiny run. */
async function withServer(
  options: Partial<ServeOptions>,
  test: (url: string, server: Server) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    const all = {
      host: "127.0.0.1",
      port: 0,
      maxBatch: 8,
      delay: 1,
      maxWaiting: 64,
      maxBytes: 1000,
    };
    const server = await serve(run, openClassifier(run), { ...all, ...options });
    try {
      await test(`http://127.0.0.1:${server.port}`, server);
    } finally {
      await server.stop();
    }
  });
}

const post = (url: string, body: Uint8Array, headers: Record<string, string> = NPY) =>
  fetch(`${url}/classify`, { method: "POST", body: body as Uint8Array<ArrayBuffer>, headers });

Deno.test("the server classifies, and tells its health, metrics and description", async () => {
  await withServer({}, async (url) => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(url, BODY)));
    for (const answer of answers) {
      const { predictions } = await answer.json();
      assertEquals(predictions.map(({ label }: { label: number }) => label), LABELS);
      assertEquals(Object.keys(predictions[0].probabilities), ["1", "4", "8"]);
    }
    const get = (path: string) => fetch(`${url}${path}`);
    assertEquals(await (await get("/health")).json(), { status: "ok", classes: [1, 4, 8] });
    const metrics = await (await get("/metrics")).text();
    assert(metrics.includes('glimpse_requests_total{status="200"} 10'), metrics);
    assert(metrics.includes("glimpse_batch_images_sum 40"), metrics);
    const { openapi, paths } = await (await get("/openapi.json")).json();
    assertEquals([openapi, Object.keys(paths)[0]], ["3.1.0", "/classify"]);
  });
});

Deno.test("the server says what is wrong with a request", async () => {
  await withServer({}, async (url) => {
    const cases: [Promise<Response>, number, string][] = [
      [post(url, new Uint8Array(1001)), 413, "more than 1000 bytes"],
      [post(url, BODY, { "content-type": "text/plain" }), 415, "image/png"],
      [post(url, BODY, { "content-type": "constructor" }), 415, "image/png"],
      [post(url, Uint8Array.of(1)), 400, "it is no .npy file"],
      [fetch(`${url}/classify`), 405, "POST"],
      [fetch(`${url}/other`), 404, "/classify"],
    ];
    for (const [pending, status, message] of cases) {
      const answer = await pending;
      assertEquals(answer.status, status, message);
      const { error } = await answer.json();
      assert(error.includes(message), error);
    }
    assertEquals((await post(url, BODY)).status, 200);
  });
});

Deno.test("the server answers 503 to what is too much, and loses nothing of the rest", async () => {
  await withServer({ maxWaiting: 12, delay: 20 }, async (url) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, BODY)));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    assert(count(200) >= 3 && count(503) > 0, `${count(200)} and ${count(503)}`);
    assertEquals(count(200) + count(503), 20);
    const busy = answers.find(({ status }) => status === 503)!;
    assertEquals(busy.headers.get("retry-after"), "1");
    await Promise.all(answers.map((answer) => answer.text()));
  });
});

Deno.test("the server answers what it was asked before it stops", async () => {
  await withServer({ delay: 50 }, async (url, server) => {
    const asked = Array.from({ length: 6 }, () => post(url, BODY));
    await new Promise((resolve) => setTimeout(resolve, 25));
    const stopped = server.stop();
    for (const answer of await Promise.all(asked)) {
      assertEquals(answer.status, 200);
      assertEquals((await answer.json()).predictions.length, 4);
    }
    await stopped;
    await assertRejects(() => post(url, BODY));
  });
});

Deno.test("serve() says that a port is taken", async () => {
  await withServer({}, async (_, { port }) => {
    await assertRejects(() => withServer({ port }, async () => {}), Error, `port ${port}: `);
  });
});

Deno.test("serve() says that a classifier tells no outliers before it serves", async () => {
  await assertRejects(
    () => withServer({ outliers: 0.01 }, async () => {}),
    InputError,
    "Cannot detect outliers",
  );
});

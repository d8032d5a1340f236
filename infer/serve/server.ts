import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import { InputError } from "../../lib/input_error.ts";
import type { Run } from "../../lib/run/run_folder.ts";
import type { Classified } from "../../lib/runtime/run_images.ts";
import type { Classifier } from "../classifier.ts";
import { flagOutliers } from "../predict.ts";
import { readBody } from "../read_body.ts";
import { Batcher, BusyError } from "./batcher.ts";
import { ServerMetrics } from "./metrics.ts";
import { OPENAPI } from "./openapi.ts";
import { READERS } from "./read_images.ts";

/** Options for {@linkcode serve}. */
export interface ServeOptions {
  host: string;
  /** 0 finds one that is free. */
  port: number;
  /** The largest batch. */
  maxBatch: number;
  /** How long an image waits for a batch to fill, in milliseconds. */
  delay: number;
  /** Images that may wait; requests beyond are told to come back. */
  maxWaiting: number;
  /** The largest body. */
  maxBytes: number;
  /** Tells outliers, at this rate of false alarms. */
  outliers?: number | undefined;
}

/** A server that runs. */
export interface Server {
  readonly port: number;
  /** Takes no new connections, answers what it was asked, and ends. */
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const failure = (status: number, error: string, headers = {}): Answer => ({
  status,
  body: { error },
  headers,
});

/**
 * Serves the classifier of a run.
 *
 * @throws {InputError} If the address cannot be used, or outliers are asked for that it does not tell.
 */
export async function serve(
  run: Run,
  classifier: Classifier,
  { host, port, outliers, maxBytes, ...batching }: ServeOptions,
): Promise<Server> {
  if (outliers !== undefined) {
    // Said before the first request.
    const { imageShape } = run.manifest;
    const blank = ndarray("uint8", [1, ...imageShape], new Uint8Array(sizeOf(imageShape)));
    flagOutliers(await classifier.classify(blank), outliers);
  }
  let stopping = false;
  const open = new Set<Promise<void>>();
  const batcher = new Batcher((images) => classifier.classify(images), {
    ...batching,
    onBatch: (images) => metrics.batched(images),
  });
  const metrics = new ServerMetrics(() => batcher.waiting);

  async function classify(request: IncomingMessage): Promise<Answer> {
    const type = request.headers["content-type"]?.split(";")[0].trim().toLowerCase() ?? "";
    const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
    if (read === undefined) {
      return failure(415, `Cannot read content type "${type}": ${Object.keys(READERS).join(", ")}`);
    }
    const body = await readBody(request, maxBytes);
    if (body === undefined) return failure(413, `The body has more than ${maxBytes} bytes`);
    try {
      const answer = await batcher.classify(await read(body, run.manifest));
      return { status: 200, body: { predictions: predictionsOf(answer, classifier, outliers) } };
    } catch (error) {
      if (error instanceof BusyError) return failure(503, error.message, { "retry-after": "1" });
      if (error instanceof InputError) return failure(400, error.message);
      throw error;
    }
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const path = request.url?.split("?")[0];
    const isGet = request.method === "GET" || request.method === "HEAD";
    if (path === "/classify" && request.method === "POST") return await classify(request);
    if (path === "/classify") return failure(405, "POST is needed", { allow: "POST" });
    if (path === "/health" && isGet) {
      const state = { status: stopping ? "stopping" : "ok", classes: classifier.classes };
      return { status: stopping ? 503 : 200, body: state };
    }
    if (path === "/metrics" && isGet) return { status: 200, ...await metrics.text() };
    if (path === "/openapi.json" && isGet) return { status: 200, body: OPENAPI };
    return failure(404, "Not found: /classify, /health, /metrics, /openapi.json");
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = performance.now();
    const { status, body, type = "application/json", headers = {} } = await answer(request)
      .catch((error) => failure(500, String(error)));
    if (request.url?.startsWith("/classify")) {
      metrics.answered(status, (performance.now() - start) / 1000);
    }
    const bytes = new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
    response.writeHead(status, {
      "content-type": type,
      "content-length": bytes.length,
      ...headers,
      // What was not read of a body that is too large must not be taken for the next request.
      ...(stopping || status === 413) && { connection: "close" },
    });
    await new Promise<void>((resolve) => {
      response.on("close", resolve);
      response.end(request.method === "HEAD" ? undefined : bytes, resolve);
    });
  }

  const server = createServer((request, response) => {
    const answered = respond(request, response).catch(() => response.destroy() as unknown as void);
    open.add(answered);
    answered.then(() => open.delete(answered));
  });
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      while (open.size > 0) await Promise.all(open);
      server.closeAllConnections();
      await closed;
      await classifier.release();
    },
  };
}

function predictionsOf(
  answer: Classified,
  classifier: Classifier,
  rate: number | undefined,
): object[] {
  const { labels, probabilities: { data } } = answer;
  const outliers = rate === undefined ? undefined : flagOutliers(answer, rate);
  const names = classifier.classes.map((label) => classifier.nameOf(label));
  return Array.from(labels, (label, i) => ({
    label,
    name: classifier.nameOf(label),
    probabilities: Object.fromEntries(
      names.map((name, c) => [name, data[i * names.length + c]]),
    ),
    ...outliers && { outlier: outliers[i] },
  }));
}

async function listen(
  server: ReturnType<typeof createServer>,
  host: string,
  port: number,
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    throw new InputError(
      `Cannot serve on ${host} port ${port}: ${(error as Error).message}, a free address is needed`,
      { cause: error },
    );
  }
}

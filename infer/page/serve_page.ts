import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { InputError } from "../../lib/input_error.ts";
import { readBody } from "../read_body.ts";
import type { MadeFile, PageFile, PageFiles } from "./bundle_page.ts";
import { platform } from "../../lib/platform/platform.ts";

/** The only address that the server listens at: other machines cannot reach it. */
export const HOST = "127.0.0.1";

/** Names of this machine by which a browser may ask for the page. */
const HOST_NAMES: readonly string[] = [HOST, "localhost"];

const HEADERS = {
  // No other origin can be loaded from or sent to; compiling WebAssembly is allowed, eval is not.
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  // The page shares memory with its threads only when it is isolated from other origins.
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

/** What a page may have done, by the path that it posts to. */
export interface PageActions {
  /** A secret that the page was given: nobody else can send it. */
  readonly token: string;
  /** Takes the JSON of a request and gives status and JSON of the answer. */
  readonly actions: ReadonlyMap<string, (body: unknown) => Promise<ActionAnswer>>;
}

/** What an action answers. */
export interface ActionAnswer {
  readonly status: 200 | 400 | 409 | 500;
  readonly json: unknown;
}

/** The header of the token. */
const TOKEN_HEADER = "x-glimpse-token";

/**
 * Answers requests for files by their exact path, and actions if there are any. The path is only
 * ever looked up among them, so that none leads elsewhere. An action needs the page's token and its
 * origin: no other site can send the first, and a browser says the second.
 */
export function answerFrom(
  files: PageFiles,
  { token, actions }: PageActions = { token: "", actions: new Map() },
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { hostname, pathname, origin } = new URL(request.url);
    // A page of another site whose name resolves to this machine must not read a run (DNS rebinding).
    if (!HOST_NAMES.includes(hostname)) return fail(421, "Not a name of this server");
    const action = actions.get(pathname);
    if (action !== undefined) {
      if (request.method !== "POST") return fail(405, "Only POST is answered", { allow: "POST" });
      const given = request.headers;
      if (given.get(TOKEN_HEADER) !== token || given.get("origin") !== origin) {
        return fail(403, "Not asked by the page of this server");
      }
      const body = await request.json().catch(() => undefined);
      if (body === undefined) return fail(400, "Not JSON");
      const { status, json } = await action(body);
      const headers = { ...HEADERS, "content-type": "application/json; charset=utf-8" };
      return new Response(JSON.stringify(json), { status, headers });
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return fail(405, "Only GET and HEAD are answered", { allow: "GET, HEAD" });
    }
    const file = files.get(pathname);
    if (file === undefined) return fail(404, "Not found");
    const made = typeof file.body === "function" ? await make(file.body) : undefined;
    if (made === null) return fail(404, "Not found");
    const body = made?.body ?? file.body as Exclude<PageFile["body"], () => unknown>;
    const length = body instanceof URL ? (await platform.stat(body)).size : body.length;
    const headers = {
      ...HEADERS,
      ...made && { "content-security-policy": made.policy },
      "content-type": file.type,
      "content-length": String(length),
    };
    if (request.method === "HEAD") return new Response(null, { headers });
    return new Response(body instanceof URL ? (await platform.open(body)).readable : body, {
      headers,
    });
  };
}

/** What is made for a request, or `null` where there is nothing yet to make it of. */
async function make(body: () => Promise<MadeFile>): Promise<MadeFile | null> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** Connections at a time; more are closed at once. A browser opens six. */
const MAX_CONNECTIONS = 64;

/** A server of a page. */
export interface PageServer {
  readonly port: number;
  /** Stops it, and closes what is open. */
  close(): Promise<void>;
}

/** Options for {@linkcode servePage}. */
export interface ServePageOptions {
  /** 0 finds one that is free. @default {0} */
  port?: number;
  /** What the page may have done. @default {nothing} */
  actions?: PageActions;
  /** A client that sends or takes nothing for so long is gone, in milliseconds. @default {30_000} */
  patience?: number;
}

/**
 * Starts to serve files on this machine only.
 *
 * @throws {InputError} If the port cannot be used.
 */
export async function servePage(
  files: PageFiles,
  { port = 0, actions, patience = 30_000 }: ServePageOptions = {},
): Promise<PageServer> {
  const answer = answerFrom(files, actions);
  // Deno.serve() waits for the rest of a request for ever.
  const server = createServer({
    headersTimeout: patience,
    requestTimeout: patience,
    keepAliveTimeout: patience,
    connectionsCheckingInterval: patience / 4,
  }, (request, response) => {
    // A client that leaves is no fault of anybody.
    send(answer, request, response).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = patience;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on("error", reject);
  server.listen(port, HOST, resolve);
  try {
    await promise;
  } catch (error) {
    throw explainListening(error, port);
  }
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The most bytes that a page may send: a label for each of some 100,000 images. */
const MAX_BODY = 16_000_000;

async function send(
  answer: ReturnType<typeof answerFrom>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url, method } = request;
  const { host, origin, [TOKEN_HEADER]: token } = request.headers;
  const address = URL.parse(`http://${host}${url}`);
  const { status, headers, body } = address === null
    ? fail(400, "Not an address") // as with a blank in the name of the host
    : method === "POST"
    ? await answerBody(request, async (body) =>
      await answer(
        new Request(address, {
          method,
          body,
          headers: { origin: origin ?? "", [TOKEN_HEADER]: String(token ?? "") },
        }),
      ))
    : await answer(new Request(address, { method: method! }));
  response.writeHead(status, Object.fromEntries(headers));
  if (body === null) response.end();
  else await pipeline(body, response);
}

/** Reads what a client sends, if it is not too much. */
async function answerBody(
  request: IncomingMessage,
  answer: (body: Uint8Array<ArrayBuffer>) => Promise<Response>,
): Promise<Response> {
  const body = await readBody(request, MAX_BODY);
  if (body === undefined) return fail(413, "Too much", { connection: "close" });
  // The client has sent all and waits: an action may take longer than its patience.
  const { socket } = request;
  const { timeout = 0 } = socket;
  socket.setTimeout(0);
  try {
    return await answer(body);
  } finally {
    socket.setTimeout(timeout);
  }
}

function explainListening(error: unknown, port: number): unknown {
  switch ((error as { code?: string }).code) {
    case "EADDRINUSE":
      return new InputError(
        `Cannot serve on port ${port}: another program listens there, a free one is needed, which --port 0 finds`,
      );
    case "EACCES":
      return new InputError(
        `Cannot serve on port ${port}: the system does not allow it, a port above 1023 is needed`,
      );
  }
  return error;
}

function fail(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8", ...headers },
  });
}

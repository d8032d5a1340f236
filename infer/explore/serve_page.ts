import { InputError } from "../../lib/input_error.ts";
import type { PageFiles } from "./page_files.ts";

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

/**
 * Answers requests for files by their exact path. The path is only ever looked up among the files,
 * so that none leads elsewhere.
 */
export function answerFrom(files: PageFiles): (request: Request) => Promise<Response> {
  let streams = 0;
  return async (request) => {
    let url: URL;
    try {
      url = new URL(request.url);
    } catch {
      return fail(400, "Not an address"); // as with a blank in the name of the host
    }
    const { hostname, pathname } = url;
    // A page of another site whose name resolves to this machine must not read a run (DNS rebinding).
    if (!HOST_NAMES.includes(hostname)) return fail(421, "Not a name of this server");
    if (request.method !== "GET" && request.method !== "HEAD") {
      return fail(405, "Only GET and HEAD are answered", { allow: "GET, HEAD" });
    }
    const file = files.get(pathname);
    if (file === undefined) return fail(404, "Not found");
    const { body } = file;
    const length = body instanceof URL ? (await Deno.stat(body)).size : body.length;
    const headers = { ...HEADERS, "content-type": file.type, "content-length": String(length) };
    if (request.method === "HEAD") return new Response(null, { headers });
    if (!(body instanceof URL)) return new Response(body, { headers });
    if (streams >= MAX_STREAMS) {
      return fail(503, "Too many files are being sent", { "retry-after": "1" });
    }
    streams++;
    return new Response(streamFile(await Deno.open(body), () => streams--), { headers });
  };
}

/** Files that are sent at a time. */
const MAX_STREAMS = 32;

/** A reader that takes nothing for so long is gone, in milliseconds. */
const PATIENCE = 30_000;

/** The bytes of a file, read as they are sent; it is closed when all are, or nobody takes more. */
function streamFile(file: Deno.FsFile, onEnd: () => void): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    clearTimeout(timer);
    file.close();
    onEnd();
  };
  return new ReadableStream({
    async pull(controller) {
      clearTimeout(timer);
      const chunk = new Uint8Array(64 * 1024);
      const count = await file.read(chunk);
      if (count === null) {
        end();
        return controller.close();
      }
      controller.enqueue(chunk.subarray(0, count));
      timer = setTimeout(() => {
        end();
        controller.error(new Error("the reader is gone"));
      }, PATIENCE);
    },
    cancel: end,
  }, { highWaterMark: 0 });
}

/**
 * Starts to serve files on this machine only.
 *
 * @param port 0 finds one that is free.
 * @throws {InputError} If the port cannot be used.
 */
export function servePage(
  files: PageFiles,
  port: number = 0,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: HOST, port, onListen: () => {} }, answerFrom(files));
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new InputError(
        `Cannot serve on port ${port}: another program listens there, a free one is needed, which --port 0 finds`,
      );
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new InputError(
        `Cannot serve on port ${port}: the system does not allow it, a port above 1023 is needed`,
      );
    }
    throw error;
  }
}

function fail(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8", ...headers },
  });
}

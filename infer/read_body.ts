import type { IncomingMessage } from "node:http";
import { joinBytes } from "../lib/array/join_bytes.ts";

/** What of a request is read. */
type Request = Pick<IncomingMessage, "headers"> & AsyncIterable<Uint8Array>;

/** The bytes of a request's body; `undefined` if there are more than `most`: the rest is not read. */
export async function readBody(
  request: Request,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > most) return undefined;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > most) return undefined;
    parts.push(part);
  }
  return joinBytes(parts);
}

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { downloadFile } from "../../../../lib/data/download/download_file.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { inFolder, namesIn } from "../../../command_line.ts";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");

/** A server of one file that answers as told, and the ranges that it was asked for. */
async function withServer(
  test: (url: string, asked: (string | null)[]) => Promise<void>,
  { answers = () => true, ranges = true }: {
    /** Whether the answer to a request is whole; else it breaks in the middle. */
    answers?: (request: number) => boolean;
    ranges?: boolean;
  } = {},
): Promise<void> {
  const asked: (string | null)[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    if (!request.url.endsWith("/file")) return new Response("none", { status: 404 });
    const range = request.headers.get("range");
    asked.push(range);
    const start = ranges && range ? Number(range.match(/\d+/)![0]) : 0;
    if (start > BYTES.length) return new Response(null, { status: 416 });
    const whole = answers(asked.length);
    const rest = BYTES.subarray(start);
    const body = whole ? rest : ReadableStream.from([rest.subarray(0, rest.length >> 1)]);
    return new Response(body, { status: start > 0 ? 206 : 200 });
  });
  try {
    await test(`http://127.0.0.1:${server.addr.port}`, asked);
  } finally {
    await server.shutdown();
  }
}

Deno.test("downloadFile() downloads once, with progress to the end", async () => {
  await inFolder((dir) =>
    withServer(async (url, asked) => {
      const seen: number[] = [];
      const onProgress = (done: number) => void seen.push(done);
      const download = () =>
        downloadFile(`${url}/file`, `${dir}/file`, { sha256: SHA256, onProgress });
      assertEquals(await download(), true);
      assertEquals(await Deno.readFile(`${dir}/file`), BYTES);
      assertEquals(seen.at(-1), BYTES.length);
      assertEquals(seen, seen.toSorted((a, b) => a - b));
      assertEquals(await download(), false);
      assertEquals([asked.length, namesIn(dir)], [1, ["file"]]);
    })
  );
});

for (const ranges of [true, false]) {
  Deno.test(`downloadFile() goes on after a broken connection (the server has ranges: ${ranges})`, async () => {
    await inFolder((dir) =>
      withServer(async (url, asked) => {
        await Deno.writeFile(`${dir}/file.part`, BYTES.subarray(0, 100_000));
        assertEquals(await downloadFile(`${url}/file`, `${dir}/file`, { sha256: SHA256 }), true);
        assertEquals(asked, ["bytes=100000-"]);
        assertEquals(await Deno.readFile(`${dir}/file`), BYTES);
        assertEquals(namesIn(dir), ["file"]);
      }, { ranges })
    );
  });
}

Deno.test("downloadFile() keeps nothing of a file with another SHA-256", async () => {
  await inFolder((dir) =>
    withServer(async (url) => {
      const error = await assertRejects(
        () => downloadFile(`${url}/file`, `${dir}/file`, { sha256: SHA256 }),
        InputError,
      );
      assertMatch(
        error.message,
        /^Cannot download .*: its SHA-256 is \w+, \w+ is needed, try again/,
      );
      assertEquals(namesIn(dir), []);
    }, { answers: () => false })
  );
});

Deno.test("downloadFile() replaces no file of another SHA-256", async () => {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "mine");
    await assertRejects(
      () => downloadFile("http://127.0.0.1:1/file", `${dir}/file`, { sha256: SHA256 }),
      InputError,
      "without it the file is downloaded",
    );
    assertEquals(await Deno.readTextFile(`${dir}/file`), "mine");
  });
});

Deno.test("downloadFile() says which file to put where if there is no server or no file", async () => {
  await inFolder((dir) =>
    withServer(async (url) => {
      for (
        const [from, message] of [
          [`${url}/other`, /the server answers 404, try again or bring the file from elsewhere/],
          ["http://127.0.0.1:1/file", /the server cannot be reached \(.*and put it at ".*file"$/],
        ] as const
      ) {
        const error = await assertRejects(
          () => downloadFile(from, `${dir}/file`, { sha256: SHA256 }),
          InputError,
        );
        assertMatch(error.message, message);
      }
      assertEquals(namesIn(dir), []);
    })
  );
});

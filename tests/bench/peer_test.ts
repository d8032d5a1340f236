import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { startPeer, startWorker } from "../../bench/peer.ts";
import { inFolder } from "../command_line.ts";

/** Answers each line with its length, but for those that make it fail in some way. */
const WORKER = `
console.log("noise of a library");
console.log(JSON.stringify({ version: "7", args: Deno.args, word: Deno.env.get("WORD") }));
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
for await (const text of lines) {
  const line = text.trim();
  if (line === "crash") new Deno.UnsafePointerView(Deno.UnsafePointer.create(8n)).getUint32();
  if (line === "hang") while (true);
  if (line === "fail") console.log(JSON.stringify({ error: "no memory" }));
  else console.log("{ noise\\n" + line.length);
}`;

async function withWorker(
  test: (program: URL) => Promise<void>,
): Promise<void> {
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/worker.ts`, WORKER);
    await test(new URL(`file://${dir}/worker.ts`));
  });
}

Deno.test("startWorker() gives what the first line says, and answers through noise", async () => {
  await withWorker(async (program) => {
    const peer = await startWorker(program, { args: ["a"], env: { WORD: "b" } });
    assertEquals(peer.hello, { version: "7", args: ["a"], word: "b" });
    assertEquals(await peer.ask("four"), 4);
    await assertRejects(() => peer.ask("fail"), Error, "Cannot measure: no memory");
    assertEquals(await peer.ask("again"), 5);
    await peer.stop();
  });
});

Deno.test("ask() rejects if the process crashes, and each time after that", async () => {
  await withWorker(async (program) => {
    const peer = await startWorker(program);
    for (const line of ["crash", "four", "four"]) {
      await assertRejects(() => peer.ask(line), Error, "ended by SIGSEGV");
    }
    await peer.stop();
  });
});

Deno.test("ask() ends a process that takes longer than it may", async () => {
  await withWorker(async (program) => {
    const peer = await startWorker(program, { limit: 3000 });
    assertEquals(await peer.ask("four"), 4);
    await assertRejects(() => peer.ask("hang"), Error, "ended by SIGKILL");
    await peer.stop();
  });
});

Deno.test("startPeer() rejects if there is no Python", async () => {
  const before = Deno.env.get("GLIMPSE_PYTHON");
  Deno.env.set("GLIMPSE_PYTHON", "/nowhere/python3");
  try {
    const { message } = await assertRejects(() => startPeer("gpu.py"), Error);
    assertMatch(message, /nowhere/);
  } finally {
    if (before === undefined) Deno.env.delete("GLIMPSE_PYTHON");
    else Deno.env.set("GLIMPSE_PYTHON", before);
  }
});

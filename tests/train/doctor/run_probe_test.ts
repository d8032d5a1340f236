import { assertEquals, assertMatch } from "@std/assert";
import { formatMessage, type ProbeRun, runProbe } from "../../../train/doctor/run_probe.ts";
import { inFolder } from "../../command_line.ts";

/** Runs a program, given as text, as a probe. */
async function probe(program: string, limit = 30_000): Promise<ProbeRun> {
  let run: ProbeRun | undefined;
  await inFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/program.ts`, program);
    run = await runProbe(["run", "--no-config", "-A", `${dir}/program.ts`], { limit });
  });
  return run!;
}

const say = (message: unknown) => `console.log(${JSON.stringify(formatMessage(message))});`;

Deno.test("runProbe() gives the messages of a process among all that it prints", async () => {
  const { messages, fault } = await probe(`
    await Deno.stdout.write(new TextEncoder().encode("a library without an end of line"));
    ${say({ stage: "loading" })}
    console.log("glimpse-probe {");
    console.log("more noise".repeat(200_000));
    console.error("and more".repeat(200_000));
    ${say([1, "två"])}
  `);
  assertEquals(messages, [{ stage: "loading" }, [1, "två"]]);
  assertEquals(fault, undefined);
});

Deno.test("runProbe() survives a process that a native fault ends, and keeps what it said", async () => {
  const { messages, fault } = await probe(`
    ${say("before")}
    new Deno.UnsafePointerView(Deno.UnsafePointer.create(8n)).getUint32();
    ${say("after")}
  `);
  assertEquals(messages, ["before"]);
  assertEquals(fault, "its process ended by SIGSEGV");
});

Deno.test("runProbe() ends a process that hangs", async () => {
  // Without the limit this test would never end.
  const { messages, fault } = await probe(
    `${say("before")} Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
    1500,
  );
  assertEquals(messages, ["before"]);
  assertEquals(fault, "it had not answered after 1.5 s");
});

Deno.test("runProbe() does not wait for what a process leaves behind", async () => {
  const { messages: [pid], fault } = await probe(`
    const args = ["eval", "--no-config", "setTimeout(() => {}, 600_000)"];
    const child = new Deno.Command(Deno.execPath(), { args }).spawn();
    child.unref();
    console.log(${JSON.stringify(formatMessage("PID"))}.replace('"PID"', child.pid));
    Deno.exit(0);
  `);
  assertEquals(fault, undefined);
  // Throws if it is no longer there.
  Deno.kill(pid as number, "SIGKILL");
});

Deno.test("runProbe() says what an uncaught error said, and with which code a process ended", async () => {
  const thrown = await probe(`throw new Error("no such library");`);
  assertEquals(thrown.fault, "its process ended with code 1: Error: no such library");
  assertEquals((await probe("Deno.exit(7)")).fault, "its process ended with code 7");
  const aborted = await probe(`console.error("terminate called"); Deno.exit(134);`);
  assertEquals(aborted.fault, "its process ended with code 134: terminate called");
});

Deno.test("runProbe() says so if there is no such program", async () => {
  const { fault } = await runProbe(["run", "--no-config", "nowhere.ts"], { limit: 30_000 });
  assertMatch(fault!, /^its process ended with code 1: Module not found/);
});

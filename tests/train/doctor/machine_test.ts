import { assert, assertEquals, assertMatch } from "@std/assert";
import { describeMachine } from "../../../train/doctor/machine.ts";

Deno.test("describeMachine() says what this machine is", async () => {
  const { os, libc, processor, memory, architecture } = await describeMachine();
  assertEquals([os, architecture], [Deno.build.os, Deno.build.arch]);
  if (os === "linux") assertMatch(libc!, /^(glibc \d+\.\d+|musl)$/);
  assertEquals(processor.threads, navigator.hardwareConcurrency);
  assert(memory.totalBytes! > memory.availableBytes!);
});

Deno.test("describeMachine() throws nothing where it may read nothing", async () => {
  const module = new URL("../../../train/doctor/machine.ts", import.meta.url).href;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "data:application/typescript," + encodeURIComponent(
        `import { describeMachine } from "${module}";
         console.log(JSON.stringify(await describeMachine()));`,
      ),
    ],
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  const { libc, processor, memory, nvidia } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([libc, processor.model, memory.totalBytes, nvidia], [null, null, null, null]);
});

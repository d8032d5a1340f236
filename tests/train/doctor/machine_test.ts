import { assert, assertEquals, assertMatch } from "@std/assert";
import { describeMachine } from "../../../train/doctor/machine.ts";
import { parseCards, parseCudaVersion, parseDriverVersion } from "../../../train/doctor/nvidia.ts";

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

Deno.test("parseCards() reads what nvidia-smi says of each card", () => {
  assertEquals(
    parseCards("NVIDIA H200, 143771, 9.0, 570.86.15\nNVIDIA GRID, [N/A], [N/A], 570.86.15\n"),
    {
      driver: "570.86.15",
      cards: [
        { name: "NVIDIA H200", memoryBytes: 143771 * 2 ** 20, computeCapability: "9.0" },
        { name: "NVIDIA GRID", memoryBytes: null, computeCapability: null },
      ],
    },
  );
  const fault = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
  assertEquals(parseCards(fault), { driver: null, cards: [] });
  assertEquals(parseCards(""), { driver: null, cards: [] });
});

Deno.test("parseDriverVersion() and parseCudaVersion() find versions, or null", () => {
  const kernel = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 2023\n";
  assertEquals(parseDriverVersion(kernel), "535.104.05");
  const open = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build";
  assertEquals(parseDriverVersion(open), "570.86.15");
  assertEquals(parseDriverVersion(""), null);
  const head = "| NVIDIA-SMI 570.86.15   Driver Version: 570.86.15   CUDA Version: 12.8     |";
  assertEquals(parseCudaVersion(head), "12.8");
  assertEquals(parseCudaVersion("no devices were found"), null);
});

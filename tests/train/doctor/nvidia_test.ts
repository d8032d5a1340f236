import { assertEquals } from "@std/assert";
import { parseCards, parseCudaVersion, parseDriverVersion } from "../../../train/doctor/nvidia.ts";

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

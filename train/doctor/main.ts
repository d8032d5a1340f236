import { formatDiagnosis } from "./format_diagnosis.ts";
import { Progress } from "../../lib/command/progress.ts";
import { defineCommand, runCommand } from "../../lib/command/command.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { diagnose } from "./diagnose.ts";

export const program = defineCommand({
  name: "doctor",
  description: "Show which engines and devices work here, how fast, and how to install the others",
  options: {
    quick: { kind: "boolean", description: "Skip the speed measurements" },
    json: { kind: "boolean", description: "Print JSON" },
  },
  examples: [
    { does: "What this machine can train and run on", line: "deno task doctor" },
    { does: "The same for a program, without speeds", line: "deno task doctor --quick --json" },
  ],
  async run({ quick, json }, host) {
    const progress = new Progress(host.status);
    const diagnosis = await diagnose({
      quick,
      // Probes take from no time to many seconds: a rate would say nothing.
      onProgress: (state) => progress.update({ ...state, unit: "probes", seconds: 0 }),
    });
    progress.clear();
    host.print(json ? JSON.stringify(diagnosis, null, 2) : formatDiagnosis(diagnosis));
  },
});

if (import.meta.main) await runCommand(program, PROCESS);

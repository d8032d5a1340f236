import { describeMachine } from "../machine.ts";
import { formatMessage } from "../run_probe.ts";
import type { DeviceName } from "../../../lib/runtime/device.ts";
import { LOADING, type Message } from "../message.ts";

/**
 * Looks at one thing, by the words it is given: `machine`, `auto`, `engine NAME [BACKEND]` or
 * `device NAME`, each with `--quick` behind it or not. What it looks at is loaded by it alone, and
 * may end it in any way; {@linkcode diagnose} reads what it said until then.
 */
const PROBES: Readonly<Record<string, (words: readonly string[]) => Promise<Message>>> = {
  machine: async () => ({ machine: await describeMachine() }),
  auto: async () => ({ auto: await (await import("./auto.ts")).probeAuto() }),
  engine: async ([name, backend]) => {
    const { probeEngine } = await import("./engine.ts");
    return { answer: await probeEngine(name, { backend, quick, onStage }) };
  },
  device: async ([name]) => {
    const { probeDevice } = await import("./device.ts");
    return { answer: await probeDevice(name as DeviceName, { quick, onStage }) };
  },
};

const quick = Deno.args.includes("--quick");
const say = (message: Message) => console.log(formatMessage(message));
const onStage = (stage: string) => say({ stage });

if (import.meta.main) {
  const [kind, ...words] = Deno.args.filter((word) => word !== "--quick");
  // Its imports are part of what may fail.
  onStage(LOADING);
  say(await PROBES[kind](words));
  // Threads of native libraries may keep the process alive.
  Deno.exit(0);
}

import { openCLibrary } from "../runtime/c_library.ts";
import { EXIT_CODES, type WatchMessage } from "./interruption.ts";

/** How long the main thread may take to answer a signal, in milliseconds. */
const PATIENCE = 400;

// A thread can end its process by the C library alone: Deno.exit() would end the thread.
const library = openCLibrary({ _exit: { parameters: ["i32"], result: "void" } });
let heard: Int32Array = new Int32Array(1);
let advice = "";
let signals = 0;

addEventListener("message", (event) => {
  const { data } = event as MessageEvent<WatchMessage>;
  ({ heard = heard, advice = advice } = data);
});

for (const [signal, code] of Object.entries(EXIT_CODES) as [Deno.Signal, number][]) {
  Deno.addSignalListener(signal, () => {
    if (++signals > 1) return library?.symbols._exit(code);
    setTimeout(() => {
      if (Atomics.load(heard, 0) === 1) return;
      try {
        if (advice !== "") Deno.stderr.writeSync(new TextEncoder().encode(`\n${advice}\n`));
      } finally {
        library?.symbols._exit(code);
      }
    }, PATIENCE);
  });
}

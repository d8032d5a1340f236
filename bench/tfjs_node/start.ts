import { probeBinding } from "../../train/tfjs/node/probe_binding.ts";
import { type Peer, startWorker } from "../peer.ts";
import { threadCounts } from "../rounds.ts";

/**
 * Starts tfjs-node-gpu in a process for each number of threads, as libtensorflow takes it once a
 * process; says so where it is not set up.
 *
 * @param bench `step`, `conv-step`, `cnn-step plain` or `cnn-step separable`.
 */
export async function startTfjsNode(bench: string, print: (line: string) => void): Promise<Peer[]> {
  const { works, reason, fix } = await probeBinding();
  if (!works) {
    print(`no row for tfjs-node-gpu: ${reason}, ${fix}`);
    return [];
  }
  const peers: Peer[] = [];
  for (const threads of threadCounts()) {
    const program = new URL("main.ts", import.meta.url);
    peers.push(await startWorker(program, { args: [bench, String(threads)] }));
  }
  return peers;
}

import { type Peer, type PeerOptions, startPeer, startWorker } from "../peer.ts";

/** Something that was not measured. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/** Compiling and the first touch of a GPU may take minutes; more means that it hangs. */
const LIMIT = 10 * 60_000;

const WORKER = new URL("worker/main.ts", import.meta.url);

/** The processes that measure, and what could not be measured: no failure ends the others. */
export class Room {
  readonly skipped: Skipped[] = [];
  readonly #peers: Peer[] = [];

  /** Starts a program of ours: what it measures, and where the models are. */
  async worker(
    [name, folder]: readonly [string, string],
    options: PeerOptions = {},
  ): Promise<Peer | undefined> {
    return await this.#open(
      name,
      () => startWorker(WORKER, { limit: LIMIT, ...options, args: [name, folder] }),
    );
  }

  /** Starts PyTorch. */
  async torch(device: string): Promise<Peer | undefined> {
    return await this.#open("PyTorch", () => startPeer("gpu.py", { limit: LIMIT, args: [device] }));
  }

  /** Does something that may fail, and notes why it did. */
  async attempt<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.skip(name, error);
    }
  }

  /** Notes that something was not measured. */
  skip(name: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.skipped.push({ name, reason: text.replace(/^Cannot measure: /, "") });
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    await Promise.all(this.#peers.map((peer) => peer.stop()));
  }

  async #open(name: string, start: () => Promise<Peer>): Promise<Peer | undefined> {
    const peer = await this.attempt(name, start);
    if (peer !== undefined) this.#peers.push(peer);
    return peer;
  }
}

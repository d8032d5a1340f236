import { BASE_OPSET, type Graph } from "../../../lib/onnx/mod.ts";
import { createSession, type Session } from "../../../lib/runtime/mod.ts";

/** Keeps the sessions used last, and releases the others. */
export class SessionCache {
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #capacity: number;

  /** @param capacity How many sessions to keep: a small one holds about 100 kB. */
  constructor(capacity = 256) {
    this.#capacity = capacity;
  }

  /** The number of sessions held. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * The session of a graph.
   *
   * @param key Equal for graphs that are equal.
   */
  async get(key: string, graph: () => Graph): Promise<Session> {
    // One thread: a session with more starts threads of its own, which costs more than small graphs.
    const session = this.#sessions.get(key) ??
      createSession({ graph: graph(), opset: BASE_OPSET }, { threads: 1 });
    // A Map keeps the order of insertion: the first is the one not used for longest.
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    if (this.#sessions.size > this.#capacity) {
      const [oldest] = this.#sessions.keys();
      await this.#release(oldest);
    }
    try {
      return await session;
    } catch (error) {
      this.#sessions.delete(key);
      throw error;
    }
  }

  /** Releases every session. */
  async clear(): Promise<void> {
    for (const key of [...this.#sessions.keys()]) await this.#release(key);
  }

  async #release(key: string): Promise<void> {
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    await (await session)?.release();
  }
}

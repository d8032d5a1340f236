import { z } from "zod";
import { linesOf } from "../files/lines.ts";
import { platform } from "../platform/platform.ts";

/** What one node of a model took. */
export interface NodeProfile {
  readonly name: string;
  /** Such as `MatMul`. */
  readonly operator: string;
  /** What ran it, such as `CPUExecutionProvider`. */
  readonly provider: string;
  /** How often it ran. */
  readonly runs: number;
  /** In milliseconds, all runs together; of a node with a graph of its own, without that graph. */
  readonly milliseconds: number;
}

/** An event of ONNX Runtime's profile that says a node has run; `dur` is in microseconds. */
const nodeEvent = z.object({
  name: z.string(),
  dur: z.number(),
  args: z.object({ op_name: z.string(), provider: z.string() }),
});

/** Ends the name of such an event, behind the node's own. */
const EVENT_SUFFIX = "_kernel_time";

/** Their events last as long as those of all nodes inside, which have events of their own. */
const CONTAINERS = ["Loop", "If", "Scan"];

/** ONNX Runtime writes no more of a session. */
const MOST_EVENTS = 1_000_000;

/**
 * What ran where, in all sessions that were created with it: each writes ONNX Runtime's own profile
 * into a temporary folder, from which it is read when the session is released.
 */
export class Profile {
  readonly #nodes = new Map<string, { -readonly [K in keyof NodeProfile]: NodeProfile[K] }>();
  readonly #folders = new Set<string>();
  #sessions = 0;
  #isCut = false;

  /** What each node took, the sessions in the order of their release. */
  get nodes(): readonly NodeProfile[] {
    return [...this.#nodes.values()];
  }

  /** Whether a session did more than ONNX Runtime writes down: its first part stands here. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** A folder for the profile of a session. */
  async open(): Promise<string> {
    const folder = await platform.makeTempDir({ prefix: "glimpse-profile-" });
    this.#folders.add(folder);
    return folder;
  }

  /** Reads what a session has written to its folder, and removes that. */
  async read(folder: string): Promise<void> {
    const session = this.#sessions++;
    let events = 0;
    for await (const { name: file } of platform.readDir(folder)) {
      using written = await platform.open(`${folder}/${file}`);
      for await (const line of linesOf(written.readable)) {
        events++;
        if (line.includes(`${EVENT_SUFFIX}"`)) this.#add(session, line);
      }
    }
    // The first and the last line are the brackets of the list.
    this.#isCut ||= events - 2 >= MOST_EVENTS;
    await platform.remove(folder, { recursive: true });
    this.#folders.delete(folder);
  }

  /** Removes what sessions that were never released have written. */
  async close(): Promise<void> {
    for (const folder of this.#folders) await platform.remove(folder, { recursive: true });
    this.#folders.clear();
  }

  #add(session: number, line: string): void {
    const { name, dur, args } = nodeEvent.parse(JSON.parse(line.replace(/,\s*$/, "")));
    const { op_name: operator, provider } = args;
    const key = [session, name, operator, provider].join(" ");
    let node = this.#nodes.get(key);
    if (node === undefined) {
      const own = name.slice(0, -EVENT_SUFFIX.length);
      node = { name: own, operator, provider, runs: 0, milliseconds: 0 };
      this.#nodes.set(key, node);
    }
    node.runs++;
    if (!CONTAINERS.includes(operator)) node.milliseconds += dur / 1000;
  }
}

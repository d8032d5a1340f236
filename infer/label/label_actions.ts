import { z } from "zod";
import { InputError } from "../../lib/input_error.ts";
import type { SessionOptions } from "../../lib/runtime/session_options.ts";
import type { ActionAnswer, PageActions } from "../page/serve_page.ts";
import { finishLabels } from "./finish_labels.ts";
import type { LabelStore } from "./label_store.ts";

/** The longest name of a class. */
const MAX_NAME = 100;

/** What the page may have done: read and save labels, and finish. */
export function labelActions(
  dir: string,
  store: LabelStore,
  { count, session = {} }: { count: number; session?: SessionOptions },
): PageActions["actions"] {
  const version = z.string();
  const saved = z.strictObject({
    version,
    decisions: z.array(z.strictObject({
      row: z.int().min(0).max(count - 1),
      label: z.string().trim().min(1).max(MAX_NAME).optional(),
    })).refine((all) => new Set(all.map(({ row }) => row)).size === all.length),
  });
  const answer = async (work: () => Promise<ActionAnswer>): Promise<ActionAnswer> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof InputError) return { status: 400, json: { fault: error.message } };
      return { status: 500, json: { fault: String(error) } };
    }
  };
  const wrong: ActionAnswer = { status: 400, json: { fault: "Cannot save: the request is wrong" } };
  return new Map<string, (body: unknown) => Promise<ActionAnswer>>([
    ["/read", () => answer(async () => ({ status: 200, json: await store.read() }))],
    ["/save", (body) =>
      answer(async () => {
        const given = saved.safeParse(body);
        if (!given.success) return wrong;
        const { saved: isSaved, labels } = await store.save(given.data.decisions, given.data);
        return { status: isSaved ? 200 : 409, json: labels };
      })],
    ["/finish", (body) =>
      answer(async () => {
        const given = z.strictObject({ version }).safeParse(body);
        if (!given.success) return wrong;
        const finished = await finishLabels(dir, store, { ...given.data, session });
        return finished === undefined
          ? { status: 409, json: await store.read() }
          : { status: 200, json: finished };
      })],
  ]);
}

import { isThere } from "../../lib/files/temporaries.ts";
import { partialName } from "./partial_run.ts";

/** Runs of one name that are looked for. */
const MAX_RUNS = 10_000;

/**
 * `runs/NAME`, with a number where that is taken, so that a second run needs no flag; to resume, the
 * first one that was interrupted.
 *
 * @param train What it is trained on.
 */
export function freeName(train: string, { resume }: { resume: boolean }): string {
  const name = train.split(/[\\/]/).filter((part) => part !== "").at(-1)!
    .replace(/\.[^.]*$/, "").replace(/[^\w-]+/g, "-");
  for (let i = 1; i <= MAX_RUNS; i++) {
    const path = i === 1 ? `runs/${name}` : `runs/${name}-${i}`;
    const isPartial = isThere(partialName(path));
    if (resume ? isPartial : !isPartial && !isThere(path)) return path;
  }
  return `runs/${name}`;
}

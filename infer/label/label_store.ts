import { formatLabelsCsv, type ImageLabel, parseLabelsCsv } from "../../lib/data/labels_csv.ts";
import { InputError } from "../../lib/input_error.ts";
import type { Decision } from "../../lib/labelling/propagate_decisions.ts";
import { platform } from "../../lib/platform/platform.ts";
import { readRun, replaceRunFiles, RUN_FILES } from "../../lib/run/run_folder.ts";

/** What a person has decided so far. */
export interface Labels {
  readonly decisions: readonly Decision[];
  /** Changes whenever the file does: the SHA-256 of `labels.csv`. */
  readonly version: string;
}

/**
 * The decisions of a person in the `labels.csv` of a run. Whoever saves says which version it has
 * seen: what was saved in between is never overwritten, be it by a page or by another server.
 */
export class LabelStore {
  readonly #dir: string;
  readonly #names: readonly string[];
  readonly #rows: ReadonlyMap<string, number>;
  /** Ends when the last change is written. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param names The names of the run's images. */
  constructor(dir: string, names: readonly string[]) {
    this.#dir = dir;
    this.#names = names;
    this.#rows = new Map(names.map((name, row) => [name, row]));
  }

  /**
   * Reads what was saved last.
   *
   * @throws {InputError} If the file is damaged, or labels an image that the run has not.
   */
  async read(): Promise<Labels> {
    const path = `${this.#dir}/${RUN_FILES.labels}`;
    const text = await platform.readTextFile(path).catch((error) => {
      if (error instanceof platform.errors.NotFound) return "";
      throw error;
    });
    const labels = text === "" ? [] : parseLabelsCsv(text, path);
    const decisions = labels.filter(({ by }) => by === "person").map(({ file, label }) => {
      const row = this.#rows.get(file);
      if (row === undefined) {
        throw new InputError(`Cannot read "${path}": the run has no image "${file}"`);
      }
      return { row, ...label !== undefined && { label } };
    });
    return { decisions, version: await versionOf(text) };
  }

  /**
   * Saves decisions in place of those of a version.
   *
   * @returns What is saved then, and whether it is what was given: `false` if the version was not the
   *   last one, and nothing was changed.
   * @throws {InputError} If the folder cannot be written.
   */
  save(
    decisions: readonly Decision[],
    { version }: { version: string },
  ): Promise<{ saved: boolean; labels: Labels }> {
    return this.inTurn(async () => {
      const now = await this.read();
      if (now.version !== version) return { saved: false, labels: now };
      const text = this.format(decisions);
      const run = await readRun(this.#dir);
      await replaceRunFiles(run, { [RUN_FILES.labels]: new TextEncoder().encode(text) });
      return { saved: true, labels: { decisions, version: await versionOf(text) } };
    });
  }

  /** Does something while nothing is saved. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /**
   * The text of `labels.csv`.
   *
   * @param propagated The class that was spread to each image, where one was, `[count]`.
   */
  format(
    decisions: readonly Decision[],
    propagated: readonly (string | undefined)[] = [],
  ): string {
    const decided = new Set(decisions.map(({ row }) => row));
    const labels: ImageLabel[] = decisions.map(({ row, label }) => ({
      file: this.#names[row],
      label,
      by: "person",
    }));
    propagated.forEach((label, row) => {
      if (label === undefined || decided.has(row)) return;
      labels.push({ file: this.#names[row], label, by: "propagated" });
    });
    return formatLabelsCsv(labels);
  }
}

async function versionOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).toHex();
}

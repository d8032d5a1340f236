/// <reference lib="dom" />
import type { Decision } from "../../../lib/labelling/propagate_decisions.ts";
import { ConflictError, type LabelServer, type SavedLabels } from "./server.ts";

/** What follows what a person decides. */
export interface LabellingListener {
  /** Decisions have changed. */
  onChange(): void;
  /** What is saved, or why it is not. */
  onSaved(text: string, options: { isFault: boolean }): void;
}

/** Steps that can be undone. */
const MAX_UNDO = 200;

/** What a person has decided, which is saved at each change. */
export class Labelling {
  readonly skipped = new Set<number>();
  readonly #server: LabelServer;
  readonly #listener: LabellingListener;
  #decisions: ReadonlyMap<number, string | undefined> = new Map();
  #version = "";
  #undo: ReadonlyMap<number, string | undefined>[] = [];
  /** Ends when all is saved. */
  #last: Promise<void> = Promise.resolve();

  constructor(server: LabelServer, listener: LabellingListener) {
    this.#server = server;
    this.#listener = listener;
  }

  get decisions(): Decision[] {
    return Array.from(this.#decisions, ([row, label]) => ({ row, ...label && { label } }));
  }

  /** The names that were given, each once. */
  get names(): Set<string> {
    return new Set(Array.from(this.#decisions.values()).flatMap((label) => label ?? []));
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  has(row: number): boolean {
    return this.#decisions.has(row);
  }

  /** The class that a person gave. */
  labelOf(row: number): string | undefined {
    return this.#decisions.get(row);
  }

  /** Takes what the server has. */
  async open(): Promise<void> {
    this.#adopt(await this.#server.read());
  }

  /** Names images; without a label they are of no interest. */
  decide(rows: Iterable<number>, label: string | undefined): void {
    const next = new Map(this.#decisions);
    for (const row of rows) next.set(row, label);
    this.#undo = [...this.#undo, this.#decisions].slice(-MAX_UNDO);
    this.#change(next);
  }

  undo(): void {
    const before = this.#undo.at(-1);
    if (before === undefined) return;
    this.#undo = this.#undo.slice(0, -1);
    this.#change(before);
  }

  /** Has the run finished, after all is saved. */
  async finish(): ReturnType<LabelServer["finish"]> {
    await this.#last;
    const finished = await this.#server.finish(this.#version);
    this.#version = finished.version;
    return finished;
  }

  #change(decisions: ReadonlyMap<number, string | undefined>): void {
    this.#decisions = decisions;
    this.#listener.onChange();
    this.#last = this.#last.then(() => this.#save());
  }

  async #save(): Promise<void> {
    try {
      const { decisions } = this;
      const saved = await this.#server.save({ decisions, version: this.#version });
      this.#version = saved.version;
      this.#listener.onSaved(`${decisions.length} labels saved`, { isFault: false });
    } catch (error) {
      if (error instanceof ConflictError) {
        this.#adopt(error.labels);
        this.#listener.onSaved(
          "Another page has saved labels meanwhile: they are shown here now, your last one was not saved",
          { isFault: true },
        );
      } else {
        this.#listener.onSaved(`Not saved: ${(error as Error).message}`, { isFault: true });
      }
    }
  }

  #adopt({ decisions, version }: SavedLabels): void {
    this.#decisions = new Map(decisions.map(({ row, label }) => [row, label]));
    this.#version = version;
    this.#undo = [];
    this.#listener.onChange();
  }
}

/// <reference lib="dom" />
import type { Decision } from "../../../lib/labelling/propagate_decisions.ts";

/** What is saved. */
export interface SavedLabels {
  readonly decisions: readonly Decision[];
  readonly version: string;
}

/** What the server says when it has finished. */
export interface FinishedLabels {
  readonly version: string;
  readonly classNames: readonly string[];
  readonly estimate?: { readonly accuracy: number };
  readonly failures: readonly string[];
}

/** Somebody else has saved meanwhile. */
export class ConflictError extends Error {
  /** @param labels What they saved. */
  constructor(readonly labels: SavedLabels) {
    super("Another page has saved labels meanwhile");
  }
}

/** The server of the page, which keeps labels. */
export class LabelServer {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  read(): Promise<SavedLabels> {
    return this.#post("read", {});
  }

  /** @throws {ConflictError} If the version is not the last. */
  save(labels: SavedLabels): Promise<SavedLabels> {
    return this.#post("save", labels);
  }

  /** @throws {ConflictError} If the version is not the last. */
  finish(version: string): Promise<FinishedLabels> {
    return this.#post("finish", { version });
  }

  async #post<T>(path: string, body: unknown): Promise<T> {
    let response;
    try {
      response = await fetch(path, {
        method: "POST",
        headers: { "x-glimpse-token": this.#token },
        body: JSON.stringify(body),
      });
    } catch {
      throw new Error("the server does not answer: start it again, then reload this page");
    }
    if (response.status === 403) {
      throw new Error("the server was started again: reload this page");
    }
    const json = await response.json();
    if (response.status === 409) throw new ConflictError(json);
    if (!response.ok) throw new Error(json.fault);
    return json;
  }
}

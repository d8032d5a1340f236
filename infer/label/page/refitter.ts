/// <reference lib="dom" />
import type { AccuracyEstimate } from "../../../lib/labelling/estimate_accuracy.ts";
import type { LabellingSpace } from "../../../lib/labelling/labelling_space.ts";
import type { Decision } from "../../../lib/labelling/propagate_decisions.ts";
import type { Fit, RefitAnswer, RefitRequest } from "./refit_messages.ts";

/** What follows the worker. */
export interface RefitListener {
  onFit(fit: Fit): void;
  onEstimate(estimate: AccuracyEstimate | undefined, classNames: readonly string[]): void;
  onFault(text: string): void;
}

/** Fits the classifier in a worker; while it works, only the newest decisions wait. */
export class Refitter {
  readonly #worker = new Worker("refit_worker.js", { type: "module" });
  #busy = false;
  #waiting: RefitRequest | undefined;

  constructor(space: LabellingSpace, listener: RefitListener) {
    this.#worker.onerror = ({ message }) => listener.onFault(message);
    this.#worker.onmessage = ({ data }: MessageEvent<RefitAnswer>) => {
      if ("fault" in data) return listener.onFault(data.fault);
      if ("fit" in data) return listener.onFit(data.fit);
      listener.onEstimate(data.estimate, data.classNames);
      this.#busy = false;
      if (this.#waiting !== undefined) this.#send(this.#waiting);
    };
    this.#worker.postMessage({ space } satisfies RefitRequest);
  }

  refit(decisions: readonly Decision[], skipped: ReadonlySet<number>): void {
    const request = { decisions, skipped: [...skipped] };
    if (this.#busy) this.#waiting = request;
    else this.#send(request);
  }

  #send(request: RefitRequest): void {
    this.#busy = true;
    this.#waiting = undefined;
    this.#worker.postMessage(request);
  }
}

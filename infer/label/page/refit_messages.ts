import type { AccuracyEstimate } from "../../../lib/labelling/estimate_accuracy.ts";
import type { Suspects } from "../../../lib/labelling/find_mistakes.ts";
import type { LabellingSpace } from "../../../lib/labelling/labelling_space.ts";
import type { Offer } from "../../../lib/labelling/offer_images.ts";
import type { Decision } from "../../../lib/labelling/propagate_decisions.ts";

/** What the page tells the worker: once the space, then decisions. */
export type RefitRequest =
  | { readonly space: LabellingSpace }
  | { readonly decisions: readonly Decision[]; readonly skipped: readonly number[] };

/** What decisions say of all images. */
export interface Fit {
  readonly classNames: readonly string[];
  /** The column of each image: a class, after them "of no interest", or -1; `[count]`. */
  readonly predicted: Int32Array;
  /** The images to name next. */
  readonly offers: readonly Offer[];
  /** How many more offers are from clusters without a label or between classes. */
  readonly worth: number;
  readonly suspects: Suspects;
  /** How long the classifier took, in milliseconds. */
  readonly milliseconds: number;
}

/** What the worker answers: to each request a fit, and after it an estimate. */
export type RefitAnswer =
  | { readonly fit: Fit }
  | { readonly estimate: AccuracyEstimate | undefined; readonly classNames: readonly string[] }
  | { readonly fault: string };

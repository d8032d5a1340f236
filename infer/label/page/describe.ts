import type { AccuracyEstimate } from "../../../lib/labelling/estimate_accuracy.ts";
import type { OfferReason } from "../../../lib/labelling/offer_images.ts";
import type { Shown } from "./gallery.ts";
import type { Fit } from "./refit_messages.ts";

/** Columns after the classes are images of no interest, -1 are those that no label reaches. */
function nameOf(classNames: readonly string[], column: number): string {
  return classNames[column] ?? (column < 0 ? "?" : "no interest");
}

/** Why an image is offered: a part of a sentence. */
export function describeReason(reason: OfferReason, classNames: readonly string[]): string {
  switch (reason.kind) {
    case "middle":
      return `in the middle of a cluster of ${reason.size} images`;
    case "between":
      return `between ${reason.classes.map((column) => nameOf(classNames, column)).join(" and ")}`;
    case "outlier":
      return "unlike all other images";
  }
}

/** What is known of an image that was picked: a part of a sentence. */
export function describeImage(
  decision: { readonly label: string | undefined } | undefined,
  column: number,
  classNames: readonly string[],
): string {
  if (decision !== undefined) return `you said ${decision.label ?? "that it is of no interest"}`;
  return column < 0 ? "no label reaches it" : `it is taken for ${nameOf(classNames, column)}`;
}

export function describeSelection(count: number): string {
  return `${count} images are selected: a name goes to all that have none.`;
}

/** How good the classifier is, as far as labels tell. */
export function describeEstimate(estimate: AccuracyEstimate | undefined, classes: number): string {
  if (classes < 2) return "Name images of two classes at least.";
  if (estimate === undefined) {
    return "Name a second image of a class: one is predicted from the others.";
  }
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const { accuracy, interval, heldOut } = estimate;
  return `Estimated accuracy on all images: ${percent(accuracy)}, 95 % interval ${
    interval.map(percent).join(" to ")
  }, by cross-validation of ${heldOut.length} labels.`;
}

/** How many more labels are worth it. */
export function describeWorth(worth: number): string {
  if (worth === 0) return "No image lies between classes: more labels hardly change anything.";
  return `${worth} more images are worth a label.`;
}

/** Where to look for mistakes. */
export function galleriesOf(
  { classNames, predicted, suspects }: Fit,
  estimate: AccuracyEstimate | undefined,
  colours: readonly string[],
): Shown[] {
  const image = (row: number) => {
    const colour = colours[predicted[row]];
    return { row, text: nameOf(classNames, predicted[row]), ...colour && { colour } };
  };
  const surprising = (estimate?.heldOut ?? [])
    .filter(({ label, predicted }) => label !== predicted)
    .toSorted((a, b) => b.confidence - a.confidence)
    .map(({ row, label, predicted }) => ({
      row,
      text: `${nameOf(classNames, label)}, others say ${nameOf(classNames, predicted)}`,
    }));
  return [
    { title: "Least certain", images: suspects.leastCertain.map(image) },
    { title: "Surprising labels", images: surprising },
    { title: "Outliers", images: suspects.outliers.map(image) },
    ...classNames.map((name, c) => ({
      title: `Class ${name}`,
      images: suspects.perClass[c].map(image),
    })),
  ];
}

/// <reference lib="dom" />

/** Lets others follow what the page computes, to the last digit: an event of the document. */
export function tell(name: "decoded" | "predicted", detail: unknown): void {
  document.dispatchEvent(new CustomEvent(`glimpse-${name}`, { detail }));
}

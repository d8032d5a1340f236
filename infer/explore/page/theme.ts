/// <reference lib="dom" />

/** The colours of lines and text, which follow the reader's theme. */
export function themeColour(element: Element, name: "accent" | "ink" | "paper"): string {
  return getComputedStyle(element).getPropertyValue(`--${name}`).trim();
}

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

/** A part of a template: HTML, text to be escaped, numbers, lists of them, or nothing. */
export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

/**
 * HTML from a template: whatever is put into it is escaped, unless it is {@linkcode Html}, so that
 * no name that a user chose can become markup.
 *
 * @example Usage
 * ```ts
 * import { html } from "./html.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(html`<b>${"a < b"}</b>`.text, "<b>a &lt; b</b>");
 * ```
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(
    strings.map((text, i) => text + (i < parts.length ? textOf(parts[i]) : "")).join(""),
  );
}

/** Text in which nothing is markup, neither between tags nor in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
    .replaceAll("&#38;", "&amp;").replaceAll("&#60;", "&lt;").replaceAll("&#62;", "&gt;");
}

function textOf(part: HtmlPart): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(textOf).join("");
  return escapeHtml(String(part));
}

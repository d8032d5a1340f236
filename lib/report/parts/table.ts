import { formatNumber } from "../../command/progress.ts";
import { Html, html, type HtmlPart } from "./html.ts";

/** A column of a table. */
export interface Column {
  readonly title: HtmlPart;
  /** Whether it holds numbers, which are aligned to the right. @default {false} */
  readonly number?: boolean;
}

/** Options for {@linkcode table}. */
export interface TableOptions {
  /** What the table shows. */
  caption: string;
  /** The cells of a last row with totals. */
  footer?: readonly HtmlPart[];
}

/** The text of a cell that holds a number or a text. */
export function formatCell(value: number | string): string {
  return typeof value !== "number" || Number.isInteger(value) ? String(value) : formatNumber(value);
}

/** A text with a minus sign in place of the hyphen before each negative number. */
export function minus(text: string): string {
  return text.replaceAll(/(?<=^|\s|\()-(?=\d)/g, "−");
}

/** A table; the first cell of each row is its head. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly HtmlPart[])[],
  { caption, footer }: TableOptions,
): Html {
  const cell = (tag: string, column: number, part: HtmlPart) => {
    const { number = false } = columns[column];
    const open = number ? `<${tag} class="number">` : `<${tag}>`;
    const text = number && typeof part === "string" ? minus(part) : part;
    return html`${new Html(open)}${text}${new Html(`</${tag.split(" ")[0]}>`)}`;
  };
  const line = (parts: readonly HtmlPart[]) => {
    const cells = parts.map((part, i) => cell(i === 0 ? 'th scope="row"' : "td", i, part));
    return html`<tr>${cells}</tr>\n`;
  };
  const head = columns.map(({ title }, i) => cell('th scope="col"', i, title));
  return html`
    <section class="scroll" tabindex="0" aria-label="${caption}">
      <table>
        <caption>${caption}</caption>
        <thead><tr>${head}</tr></thead>
        <tbody>${rows.map(line)}</tbody>
        ${footer === undefined ? undefined : html`<tfoot>${line(footer)}</tfoot>`}
      </table>
    </section>
  `;
}

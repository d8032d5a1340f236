import { Html, html, type HtmlPart } from "./parts/html.ts";
import { STYLE } from "./style.ts";

/** A page that loads nothing. */
export function page(title: string, body: readonly HtmlPart[]): string {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}</title>
        <style>${new Html(STYLE)}</style>
      </head>
      <body>
        <main>
    ${body}</main>
      </body>
    </html>
  `.text;
}

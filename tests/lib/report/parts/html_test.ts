import { assertEquals } from "@std/assert";
import { escapeHtml, Html, html } from "../../../../lib/report/parts/html.ts";

Deno.test("html`` escapes what is put in, in text and in quoted attributes", () => {
  const name = `<b onclick="x()">Tom & 'Jerry'</b>`;
  assertEquals(
    html`<p title="${name}">${name}</p>`.text.includes("<b"),
    false,
  );
  assertEquals(escapeHtml(`<"&'>`), "&lt;&#34;&amp;&#39;&gt;");
  assertEquals(escapeHtml("&#60;"), "&amp;#60;");
});

Deno.test("html`` keeps HTML, joins lists, and leaves out nothing but undefined", () => {
  const parts = [new Html("<i>a</i>"), "<", 0, undefined, ["b", [1]]];
  assertEquals(html`${parts}`.text, "<i>a</i>&lt;0b1");
});

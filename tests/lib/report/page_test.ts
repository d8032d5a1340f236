import { assertMatch } from "@std/assert";
import { html } from "../../../lib/report/parts/html.ts";
import { page } from "../../../lib/report/page.ts";

Deno.test("page() holds its style and its body, and escapes its title", () => {
  const text = page("<run>", [html`<p>body</p>`]);
  assertMatch(text, /<title>&lt;run&gt;<\/title>[^]*<style>[^]*@media print[^]*<p>body<\/p>/);
  assertMatch(text.trimStart(), /^<!DOCTYPE html>/);
});

import { assertEquals, assertMatch } from "@std/assert";
import { figureHtml } from "../../../lib/report/figure_html.ts";

const FIGURE = { name: "loss", alt: 'a "loss"', caption: "a < b" };

Deno.test("figureHtml() embeds a PNG as it is", () => {
  const { text } = figureHtml({ ...FIGURE, content: Uint8Array.of(1, 2, 3) });
  assertEquals(
    text,
    '<figure id="loss"><img src="data:image/png;base64,AQID" alt="a &#34;loss&#34;">' +
      "<figcaption>a &lt; b</figcaption></figure>",
  );
});

Deno.test("figureHtml() gives the parts of an SVG names of their own, and lets a wide one scroll", () => {
  const svg = (width: number) =>
    `<svg width="${width}" height="9"><clipPath id="loss-a"/><g clip-path="url(#loss-a)"/></svg>`;
  const { text } = figureHtml({ ...FIGURE, content: svg(100) }, { prefix: "run1-" });
  assertMatch(text, /^<figure id="run1-loss"><svg role="img" aria-label="a &#34;loss&#34;" /);
  assertMatch(text, /id="run1-loss-a".*url\(#run1-loss-a\)/);
  assertMatch(figureHtml({ ...FIGURE, content: svg(700) }).text, /class="scroll" tabindex="0"/);
});

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const GUIDE = await Deno.readTextFile(new URL("CONTRIBUTING.md", ROOT));

/** The diffs of the guide: the file that each names, and its lines without signs. */
const DIFFS = [...GUIDE.matchAll(/```diff\n([^]*?)```/g)].map(([, text]) => {
  const [head, ...lines] = text.trimEnd().split("\n");
  const path = /^[+ ]\/\/ ([\w/.]+)/.exec(head)?.[1];
  return { path, lines: lines.map((line) => line.slice(1)) };
});

const words = (text: string) => text.replaceAll(/\s+/g, "");

Deno.test("CONTRIBUTING.md shows each addition as a diff of a file that is there", () => {
  const titles = ["system", "study", "kernel", "C rule", "pass", "plot"];
  for (const title of titles) assert(GUIDE.includes(`## Add a ${title}\n`), title);
  assert(DIFFS.length > titles.length);
});

for (const { path, lines } of DIFFS) {
  Deno.test(`CONTRIBUTING.md shows lines of ${path} as they are`, async () => {
    const text = words(await Deno.readTextFile(new URL(path!, ROOT)));
    // What is left out, marked by an ellipsis, can be anything.
    const missing = lines.filter((line) => !text.includes(words(line)) && !line.includes("…"));
    assertEquals(missing, []);
  });
}

/** What GitHub calls a heading in an address. */
const anchorOf = (heading: string) =>
  heading.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-");

for (
  const path of [
    "README.md",
    "CONTRIBUTING.md",
    "npm/README.md",
    "examples/README.md",
    "docs/tutorial.md",
    "docs/how_it_learns.md",
    "docs/architecture.md",
    "docs/serve.md",
  ]
) {
  Deno.test(`links of ${path} lead to files and headings that are there`, async () => {
    const address = new URL(path, ROOT);
    const text = await Deno.readTextFile(address);
    for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [file, anchor] = link.split("#");
      const target = file === "" ? address : new URL(file, address);
      if (anchor === undefined) {
        await Deno.stat(target);
        continue;
      }
      const headings = [...(await Deno.readTextFile(target)).matchAll(/^#+ (.*)$/gm)];
      assert(headings.some(([, heading]) => anchorOf(heading) === anchor), link);
    }
  });
}

Deno.test("docs/architecture.md names modules that are there", async () => {
  const text = await Deno.readTextFile(new URL("docs/architecture.md", ROOT));
  const paths = [...text.matchAll(/`([\w/]+\.ts)`/g)].map(([, path]) => path);
  assert(paths.length > 15);
  for (const path of paths) await Deno.stat(new URL(path, ROOT));
});

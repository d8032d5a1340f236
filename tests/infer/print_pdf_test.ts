import { assertEquals, assertRejects } from "@std/assert";
import { findBrowser, printPdf } from "../../infer/print_pdf.ts";
import { InputError } from "../../lib/input_error.ts";
import { inFolder, namesIn } from "../command_line.ts";

/** Writes a program that stands for a browser: a shell script. */
async function writeBrowser(path: string, script: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** Finds the file that a browser is told to print to, as `$pdf`. */
const PDF = 'for arg; do case "$arg" in --print-to-pdf=*) pdf="${arg#*=}";; esac; done';

Deno.test("findBrowser() throws if no browser is installed, and says how to install one", async () => {
  await assertRejects(
    () => findBrowser({ names: ["no-such-browser"] }),
    InputError,
    "Cannot print a PDF: none of no-such-browser is installed",
  );
});

Deno.test({
  name: "findBrowser() takes the first browser that starts",
  ignore: Deno.build.os === "windows",
  async fn() {
    await inFolder(async (dir) => {
      await writeBrowser(`${dir}/broken`, "exit 1");
      await writeBrowser(`${dir}/first`, "exit 0");
      await writeBrowser(`${dir}/second`, "exit 0");
      const names = ["absent", "broken", "first", "second"].map((name) => `${dir}/${name}`);
      assertEquals(await findBrowser({ names }), `${dir}/first`);
    });
  },
});

Deno.test({
  name: "printPdf() writes what the browser prints, and nothing if it fails",
  ignore: Deno.build.os === "windows",
  async fn() {
    await inFolder(async (dir) => {
      const pdf = `${dir}/page.pdf`;
      await writeBrowser(`${dir}/browser`, `${PDF}; printf %s printed > "$pdf"`);
      await printPdf(`${dir}/page.html`, pdf, { browser: `${dir}/browser` });
      assertEquals(await Deno.readTextFile(pdf), "printed");

      await Deno.remove(pdf);
      await writeBrowser(`${dir}/browser`, 'echo "first" >&2; echo "no display" >&2; exit 3');
      const error = await assertRejects(
        () => printPdf(`${dir}/page.html`, pdf, { browser: `${dir}/browser` }),
        InputError,
      );
      assertEquals(
        error.message,
        `Cannot print a PDF with ${dir}/browser: its last message is "no display"`,
      );
      assertEquals(namesIn(dir), ["browser"]);
    });
  },
});

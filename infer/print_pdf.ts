import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError } from "../lib/input_error.ts";
import { writeAll, writeFile } from "../lib/files/atomic_write.ts";
import { platform } from "../lib/platform/platform.ts";

/** The programs that can print, by the names that systems give them; the task allows no others. */
const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

/**
 * The name of the first browser of this machine that can print.
 *
 * @throws {InputError} If it has none.
 */
export async function findBrowser(
  { names = BROWSERS }: { names?: readonly string[] } = {},
): Promise<string> {
  for (const name of names) {
    try {
      const { success } = await new platform.Command(name, {
        args: ["--version"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (success) return name;
    } catch (error) {
      // A program that is missing when Deno starts is not found, or counts as not allowed.
      const isAbsent = error instanceof platform.errors.NotFound ||
        error instanceof platform.errors.NotCapable;
      if (!isAbsent) throw error;
    }
  }
  throw new InputError(
    `Cannot print a PDF: none of ${
      names.join(", ")
    } is installed, any of them will do (Debian: apt install chromium), or print the page from a browser of your own`,
  );
}

/**
 * Prints a page to a PDF file in a browser without a window.
 *
 * @throws {InputError} If the browser does not print.
 */
export async function printPdf(
  page: string,
  pdf: string,
  { browser }: { browser: string },
): Promise<void> {
  // A profile of its own, for one that runs already would be asked instead; the PDF lands there.
  const folder = await platform.makeTempDir({ prefix: "glimpse-pdf-" });
  try {
    const printed = `${folder}/report.pdf`;
    const { success, stderr } = await new platform.Command(browser, {
      args: [
        "--headless=new",
        "--disable-gpu",
        // A container has no sandbox to give; the page is ours, has no script and loads nothing.
        "--no-sandbox",
        "--no-first-run",
        "--no-pdf-header-footer",
        `--user-data-dir=${folder}/profile`,
        `--print-to-pdf=${printed}`,
        pathToFileURL(resolve(page)).href,
      ],
      stdout: "null",
      stderr: "piped",
    }).output();
    const bytes = success ? await platform.readFile(printed).catch(() => undefined) : undefined;
    if (bytes === undefined) {
      const last = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
      throw new InputError(`Cannot print a PDF with ${browser}: its last message is "${last}"`);
    }
    await writeFile(pdf, (file) => writeAll(file, bytes), { force: true });
  } finally {
    await platform.remove(folder, { recursive: true }).catch(() => {});
  }
}

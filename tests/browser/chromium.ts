// Not among the imports of deno.json: Deno fetches all of those before anything runs.
// deno-lint-ignore no-import-prefix
import { type BrowserContextOptions, chromium, type Page } from "npm:playwright-core@1.65.1";
import { assertEquals } from "@std/assert";

// deno-lint-ignore no-import-prefix
export type { BrowserContextOptions, Locator, Page } from "npm:playwright-core@1.65.1";

/** Debian's Chromium: playwright's own browsers come from outside the npm registry. */
const EXECUTABLE = Deno.env.get("GLIMPSE_CHROMIUM") ?? "/usr/bin/chromium";

// Without a sandbox, for it runs as root in a container; without what calls home at every start.
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Opens a page in a new Chromium, and after the test asserts that nothing was written to its console
 * as an error, that no script failed, and that it asked no other origin for anything.
 */
export async function inPage(
  address: string,
  test: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  try {
    const page = await browser.newPage(options);
    const faults: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      const isOwn = origin === new URL(address).origin || ["data:", "blob:"].includes(protocol);
      if (!isOwn) faults.push(`asked for ${request.url()}`);
    });
    page.on("requestfailed", (request) => faults.push(`could not get ${request.url()}`));
    await page.goto(address);
    await test(page);
    assertEquals(faults, []);
  } finally {
    await browser.close();
  }
}

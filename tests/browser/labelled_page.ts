/// <reference lib="dom" />
import { assertEquals } from "@std/assert";
import { NAMED_DATASETS } from "../../lib/data/named_datasets.ts";
import { keepClasses } from "../../lib/data/keep_classes.ts";
import { encodePng } from "../../lib/plot/png.ts";
import { type ServedPage, startPage, startTask } from "../task.ts";
import { type BrowserContextOptions, inPage, type Page } from "./chromium.ts";

/** A run of unlabelled digits 1, 4 and 8, and what a person would say of each image. */
export interface UnlabelledDigits {
  readonly run: string;
  /** The class of each image by the name of its file. */
  readonly truth: ReadonlyMap<string, string>;
  /** A folder with a folder of test images for each class. */
  readonly test: string;
}

const IMAGES = 3000;
const TESTED = 1000;

let trained: Promise<UnlabelledDigits> | undefined;

/** Trains once for all tests; each gets a copy of the run. */
export async function unlabelledDigits(): Promise<UnlabelledDigits> {
  const digits = await (trained ??= train());
  const dir = await Deno.makeTempDir({ prefix: "glimpse-label-" });
  addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
  const run = `${dir}/digits`;
  await Deno.mkdir(run);
  for (const { name, isFile } of [...Deno.readDirSync(digits.run)]) {
    if (isFile) await Deno.copyFile(`${digits.run}/${name}`, `${run}/${name}`);
  }
  await copyFolder(`${digits.run}/plots`, `${run}/plots`);
  return { ...digits, run };
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for (const { name } of Deno.readDirSync(from)) {
    await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

async function train(): Promise<UnlabelledDigits> {
  const dir = await Deno.makeTempDir({ prefix: "glimpse-label-" });
  addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
  const truth = new Map<string, string>();
  await writeDigits("train", IMAGES, async (name, label, png) => {
    truth.set(name, label);
    await Deno.mkdir(`${dir}/photos`, { recursive: true });
    await Deno.writeFile(`${dir}/photos/${name}`, png);
  });
  await writeDigits("test", TESTED, async (name, label, png) => {
    await Deno.mkdir(`${dir}/test/${label}`, { recursive: true });
    await Deno.writeFile(`${dir}/test/${label}/${name}`, png);
  });
  const words = ["--train", `${dir}/photos`, "--effort", "0.25", "--out", `${dir}/run`];
  const { code, stderr } = await startTask("train", words).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return { run: `${dir}/run`, truth, test: `${dir}/test` };
}

/** The first digits 1, 4 and 8 of MNIST as PNG files. */
async function writeDigits(
  part: "train" | "test",
  count: number,
  write: (name: string, label: string, png: Uint8Array) => Promise<void>,
): Promise<void> {
  const { mnist } = NAMED_DATASETS;
  const source = keepClasses(await mnist.open(part), [1, 4, 8], { name: "mnist" });
  let row = 0;
  for await (const { data } of source.chunks(1000)) {
    for (let start = 0; start < data.length && row < count; start += 784, row++) {
      const pixels = Uint8Array.from(data.subarray(start, start + 784));
      const png = encodePng({ pixels, width: 28, height: 28, channels: 1 });
      await write(`${String(row).padStart(4, "0")}.png`, String(source.labels![row]), png);
    }
  }
}

/** Opens the page of a run, ready to use; the server may be ended meanwhile. */
export async function label(
  run: string,
  test: (page: Page, server: ServedPage) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const served = await startPage("label", ["--run", run]);
  try {
    await inPage(served.address, async (page) => {
      await page.waitForSelector("html[data-ready]");
      await test(page, served);
    }, { viewport: { width: 1200, height: 900 }, ...options });
  } finally {
    await served.stop().catch(() => {});
  }
}

/** The name of the file of the image that waits for a name. */
export async function currentImage(page: Page): Promise<string> {
  return await page.evaluate(() => document.documentElement.dataset.current!);
}

/** Waits until so many labels are saved. */
export async function saved(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (text) => document.getElementById("about")!.textContent === text,
    `${count} labels saved`,
  );
}

/** Names the image that waits by clicks. */
export async function nameByClicks(page: Page, name: string): Promise<void> {
  const button = page.locator(`#classes button[data-name=${JSON.stringify(name)}]`);
  if (await button.count() > 0) return await button.click();
  await page.fill("#new-name", name);
  await page.click("#new-class button");
}

/** Finishes, and says what the page says then. */
export async function finish(page: Page, press: () => Promise<void>): Promise<string> {
  await press();
  // A report takes its time on a machine that does other work.
  await page.waitForFunction(
    () => /[Ww]ritten:/.test(document.getElementById("finished")!.textContent!),
    undefined,
    { timeout: 120_000 },
  );
  return (await page.textContent("#finished"))!;
}

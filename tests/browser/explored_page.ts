/// <reference lib="dom" />
import { assertEquals } from "@std/assert";
import { readRun, type Run } from "../../lib/run/run_folder.ts";
import { startExplore, startTask } from "../task.ts";
import { type BrowserContextOptions, inPage, type Locator, type Page } from "./chromium.ts";

let trained: Promise<Run> | undefined;

/** A run of the digits 1, 4 and 8, trained once for all tests: as the default run, but shorter. */
export function trainedRun(): Promise<Run> {
  return trained ??= train();
}

async function train(): Promise<Run> {
  const dir = await Deno.makeTempDir({ prefix: "glimpse-browser-" });
  addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
  const child = startTask("train", ["--epochs", "4", "--out", `${dir}/run`]);
  const { code, stderr } = await child.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return await readRun(`${dir}/run`);
}

/** Opens the page of a run, ready to use, in a window of the given kind. */
export async function explore(
  run: string,
  test: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const served = await startExplore(run);
  try {
    await inPage(served.address, async (page) => {
      await page.evaluate(() => {
        for (const name of ["decoded", "predicted"]) {
          document.addEventListener(`glimpse-${name}`, (event) => {
            (globalThis as Record<string, unknown>)[name] = (event as CustomEvent).detail;
          });
        }
      });
      await page.waitForSelector("html[data-ready]");
      await test(page);
    }, { viewport: { width: 1200, height: 900 }, ...options });
  } finally {
    await served.stop();
  }
}

/** What the page computed last, once its text has come to rest. */
export async function lastOf(
  page: Page,
  name: "decoded" | "predicted",
): Promise<Record<string, number[]>> {
  await page.waitForFunction((name) => name in globalThis, name);
  await page.waitForTimeout(300);
  return await page.evaluate((name) => {
    const detail = (globalThis as Record<string, unknown>)[name] as Record<string, unknown>;
    const { picture } = detail as { picture?: { values: Float32Array } };
    const arrays = Object.entries({ ...detail, seen: picture?.values })
      .filter(([, value]) => ArrayBuffer.isView(value));
    return Object.fromEntries(
      arrays.map(([key, value]) => [key, Array.from(value as Float32Array)]),
    );
  }, name);
}

/** Moves the pointer to a share of an element's width and height. */
export async function moveTo(page: Page, target: Locator, [x, y]: readonly [number, number]) {
  await target.scrollIntoViewIfNeeded();
  const box = (await target.boundingBox())!;
  await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 3 });
}

/** The greatest difference between two rows of numbers. */
export function differ(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assertEquals(actual.length, expected.length);
  return Array.from(actual, (value, i) => Math.abs(value - expected[i]))
    .reduce((a, b) => Math.max(a, b));
}

/** What a canvas shows of each pixel's red, 0 to 255. */
export async function redOf(canvas: Locator): Promise<number[]> {
  return await canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = (element as HTMLCanvasElement).getContext("2d")!;
    const { data } = context.getImageData(0, 0, width, height);
    return Array.from(data as ArrayLike<number>).filter((_, i) => i % 4 === 0);
  });
}

/** Drops a PNG on the page as a file. */
export async function drop(page: Page, name: string, png: Uint8Array) {
  await page.evaluate(([name, bytes]) => {
    const file = new File([Uint8Array.from(bytes as number[])], name as string, {
      type: "image/png",
    });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file);
    document.getElementById("pad")!.dispatchEvent(
      new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }),
    );
  }, [name, Array.from(png)] as [string, number[]]);
}

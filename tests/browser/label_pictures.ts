/**
 * Takes the pictures of `deno task label` for the README: trains on 3,000 unlabelled digits, names
 * 15 of them, and tries the classifier.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { moveTo } from "./explored_page.ts";
import {
  currentImage,
  finish,
  label,
  nameByClicks,
  saved,
  type UnlabelledDigits,
  unlabelledDigits,
} from "./labelled_page.ts";

const FOLDER = fileURLToPath(new URL("../../.readme/", import.meta.url));

/** Writes four pictures of the way from no label to a classifier. */
export async function takePictures({ run, truth }: UnlabelledDigits): Promise<void> {
  await label(run, async (page, { address }) => {
    const take = async (name: string) => {
      await page.waitForTimeout(2000);
      await page.screenshot({ path: `${FOLDER}label_${name}.png` });
    };
    await take("start");
    for (let i = 1; i <= 15; i++) {
      await nameByClicks(page, truth.get(await currentImage(page))!);
      await saved(page, i);
      if (i === 4) await take("first");
    }
    await take("named");
    await finish(page, () => page.click("#finish"));
    await page.goto(`${address}classify.html`);
    await page.waitForSelector("html[data-ready]");
    const pad = page.locator("#pad");
    await moveTo(page, pad, [0.35, 0.2]);
    await page.mouse.down();
    for (const place of [[0.3, 0.55], [0.7, 0.5]] as const) await moveTo(page, pad, place);
    await page.mouse.up();
    await moveTo(page, pad, [0.62, 0.25]);
    await page.mouse.down();
    await moveTo(page, pad, [0.6, 0.85]);
    await page.mouse.up();
    await page.setViewportSize({ width: 1000, height: 660 });
    await take("tried");
  }, { viewport: { width: 1200, height: 880 } });
}

if (import.meta.main) await takePictures(await unlabelledDigits());

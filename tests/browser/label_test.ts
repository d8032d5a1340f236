/// <reference lib="dom" />
import { assert, assertEquals, assertMatch } from "@std/assert";
// deno-lint-ignore no-import-prefix -- as in chromium.ts
import axe from "npm:axe-core@4.14.1";
import { parseLabelsCsv } from "../../lib/data/labels_csv.ts";
import { startTask } from "../task.ts";
import { TRUTH, writeUnlabelledRun } from "../infer/label/unlabelled_run.ts";
import {
  currentImage,
  finish,
  label,
  nameByClicks,
  saved,
  unlabelledDigits,
} from "./labelled_page.ts";
import { measureLabelPage } from "./label_speed.ts";
import type { Page } from "./chromium.ts";
import { moveTo } from "./explored_page.ts";

function test(name: string, fn: () => Promise<void>) {
  // Playwright keeps its connection and timers.
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

/** The accuracy that `deno task classify` prints for the test images. */
async function classifyTest(run: string, images: string): Promise<number> {
  const out = `${await Deno.makeTempDir()}/predicted.csv`;
  const { stdout, stderr } = await startTask("classify", [images, "--run", run, "--out", out])
    .output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return Number(/accuracy ([\d.]+)/.exec(text)?.[1] ?? assert(false, text));
}

/** What a person has decided, as the file has it. */
async function decided(run: string) {
  const path = `${run}/labels.csv`;
  return parseLabelsCsv(await Deno.readTextFile(path), path).filter(({ by }) => by === "person");
}

/** Draws a stroke on a page that classifies, and sees that it is taken for a 1. */
async function draws1(page: Page): Promise<void> {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  await page.waitForSelector("html[data-ready]");
  const pad = page.locator("#pad");
  await moveTo(page, pad, [0.5, 0.2]);
  await page.mouse.down();
  await moveTo(page, pad, [0.5, 0.8]);
  await page.mouse.up();
  await page.waitForFunction(() => /\b1$/.test(document.getElementById("answer")!.textContent!));
  assertEquals(faults, []);
}

test("15 labels by clicks, in the offered order, make a classifier", async () => {
  const { run, truth, test } = await unlabelledDigits();
  await label(run, async (page) => {
    const named = new Set<string>();
    for (let i = 1; i <= 15; i++) {
      const image = await currentImage(page);
      assert(!named.has(image), `${image} is offered again`);
      named.add(image);
      await nameByClicks(page, truth.get(image)!);
      await saved(page, i);
    }
    await page.waitForFunction(() => /of all images/.test(document.body.textContent!));
    const said = await finish(page, () => page.click("#finish"));
    assertMatch(said, /^Written: classifier.onnx of the classes 1, 4, 8, .*report\.$/);
    assertEquals((await decided(run)).map(({ file }) => file), [...named]);
    const [tried] = await Promise.all([
      page.context().waitForEvent("page"),
      page.click("text=Try it"),
    ]);
    await draws1(tried);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click("text=Export page"),
    ]);
    const file = `${run}/classify.html`;
    await download.saveAs(file);
    assert((await Deno.stat(file)).size < 20e6);
    const context = await page.context().browser()!.newContext({ offline: true });
    const alone = await context.newPage();
    await alone.goto(`file://${file}`);
    await draws1(alone);
    await context.close();
  });
  const accuracy = await classifyTest(run, test);
  assert(accuracy >= 0.97, `${accuracy}`);
});

test("the keyboard alone names, skips, undoes and finishes", async () => {
  const { run, truth, test } = await unlabelledDigits();
  await label(run, async (page) => {
    const keys: string[] = [];
    await page.keyboard.press("s");
    for (let i = 1; i <= 15; i++) {
      const name = truth.get(await currentImage(page))!;
      if (!keys.includes(name)) {
        await page.keyboard.press("n");
        await page.keyboard.type(name);
        await page.keyboard.press("Enter");
        keys.push(name);
      } else {
        await page.keyboard.press(String(keys.indexOf(name) + 1));
      }
      await saved(page, i);
    }
    await page.keyboard.press("x");
    await saved(page, 16);
    await page.keyboard.press("z");
    await saved(page, 15);
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement?.id === "finish")) break;
    }
    assertMatch(await finish(page, () => page.keyboard.press("Enter")), /^Written/);
  });
  const accuracy = await classifyTest(run, test);
  assert(accuracy >= 0.97, `${accuracy}`);
});

/** A small run in a folder of its own, whose true classes have names. */
async function smallRun(): Promise<string> {
  const dir = await Deno.makeTempDir({ prefix: "glimpse-label-" });
  addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
  await writeUnlabelledRun(`${dir}/run`);
  return `${dir}/run`;
}

test("an exported page has no serious fault, and says what it cannot do", async () => {
  const run = await smallRun();
  await label(run, async (page, server) => {
    const early = await fetch(`${server.address}classify.html`);
    await early.body?.cancel();
    assertEquals(early.status, 404);
    assertEquals(await page.isVisible("text=Export page"), false);
    // A name that would end the script that it stands in.
    const strange = "</script><script>alert(1)</script>";
    const names = [strange, "b", "c"];
    for (let i = 1; i <= 3; i++) {
      await nameByClicks(page, names[i - 1]);
      await saved(page, i);
    }
    await finish(page, () => page.click("#finish"));
    const html = await (await fetch(`${server.address}classify.html`)).text();
    assertEquals(html.includes(strange), false);
    assertEquals(html.match(/<(script|link)[^>]+(src|href)="(?!data:)/g), null);
    await page.goto(`${server.address}classify.html`);
    await page.waitForSelector("html[data-ready]");
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run()
    );
    assertEquals(violations.map(({ id }) => id), []);
    assertMatch((await page.textContent("#bars"))!, /<\/script><script>alert/);
    await page.click("#camera");
    await page.waitForFunction(() =>
      /^No camera: /.test(document.getElementById("reason")!.textContent!)
    );
  }, { viewport: { width: 360, height: 700 } });
});

test("the page of 20,000 images shows the map before the first offer, and fetches few thumbnails", async () => {
  const { map, offer, thumbnails: [fetched, all], hasMoved } = await measureLabelPage(20_000);
  assert(map < offer, `${map} ${offer}`);
  assert(fetched >= 1 && fetched <= 3 && all === 79, `${fetched} of ${all}`);
  assert(hasMoved);
});

const truthOf = (image: string) => `class ${TRUTH[parseInt(image)]}`;

test("every label is found again after the server was killed", async () => {
  const run = await smallRun();
  const given: string[] = [];
  await label(run, async (page, server) => {
    for (let i = 1; i <= 4; i++) {
      const image = await currentImage(page);
      given.push(image);
      await nameByClicks(page, truthOf(image));
      await saved(page, i);
    }
    await server.stop("SIGKILL");
  });
  await label(run, async (page) => {
    assertEquals(await page.textContent("#about"), "90 images, 4 labels");
    assert(!given.includes(await currentImage(page)));
    assertEquals((await decided(run)).map(({ file }) => file), given);
  });
});

test("two pages on one run overwrite nothing, and show what the other has saved", async () => {
  const run = await smallRun();
  await label(run, async (first, server) => {
    const second = await first.context().browser()!.newPage();
    // The browser reports the conflict, which is wanted here, in the console of this page alone.
    await second.goto(server.address);
    await second.waitForSelector("html[data-ready]");
    await nameByClicks(first, "a");
    await saved(first, 1);
    await nameByClicks(second, "b");
    await second.waitForFunction(() =>
      /Another page has saved/.test(document.getElementById("about")!.textContent!)
    );
    assertEquals((await decided(run)).map(({ label }) => label), ["a"]);
    await nameByClicks(second, "b");
    await saved(second, 2);
    assertEquals((await decided(run)).map(({ label }) => label), ["a", "b"]);
    await second.close();
  });
});

test("a lasso, a cluster and the galleries name and correct images", async () => {
  const run = await smallRun();
  await label(run, async (page) => {
    await nameByClicks(page, "one");
    await saved(page, 1);
    await page.click("#cluster");
    assertMatch((await page.textContent("#reason"))!, /^\d+ images are selected/);
    await nameByClicks(page, "two");
    await page.waitForFunction(() => Number(document.documentElement.dataset.labels) > 2);
    const count = Number(await page.evaluate(() => document.documentElement.dataset.labels));
    await page.click("#lasso");
    const map = page.locator("#map");
    for (const [i, place] of ([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]] as const).entries()) {
      await moveTo(page, map, [0.01 + 0.98 * place[0], 0.01 + 0.98 * place[1]]);
      if (i === 0) await page.mouse.down();
    }
    await page.mouse.up();
    assertEquals(
      (await page.textContent("#reason"))!.split(":")[0],
      "90 images are selected",
    );
    await nameByClicks(page, "rest");
    await saved(page, 90);
    assertEquals((await decided(run)).filter(({ label }) => label === "rest").length, 90 - count);
    await page.selectOption("#gallery-choice", "Class one");
    await page.locator("#gallery button").first().click();
    assertMatch((await page.textContent("#reason"))!, /you said one/);
    await nameByClicks(page, "two");
    await page.waitForFunction(() => document.getElementById("legend")!.children.length === 2);
    await page.click("#undo");
    await page.waitForFunction(() => document.getElementById("legend")!.children.length === 3);
  });
});

for (
  const [kind, options] of [
    ["a phone", { viewport: { width: 360, height: 700 } }],
    ["a dark theme", { colorScheme: "dark" }],
    ["a light theme", {}],
  ] as const
) {
  test(`axe finds no serious fault on ${kind}, and nothing is cut off`, async () => {
    const run = await smallRun();
    await label(run, async (page) => {
      for (const name of ["a", "b"]) await nameByClicks(page, name);
      await saved(page, 2);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run()
      );
      assertEquals(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
      const overflow = await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth
      );
      assertEquals(overflow, 0);
    }, options);
  });
}

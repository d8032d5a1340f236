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
    const second = await first.context().newPage();
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

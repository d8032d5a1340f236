/// <reference lib="dom" />
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
// deno-lint-ignore no-import-prefix -- as in chromium.ts
import axe from "npm:axe-core@4.14.1";
import { Buffer } from "node:buffer";
import { openClassifier } from "../../infer/classifier.ts";
import { openModel } from "../../lib/run/open_model.ts";
import { readRun } from "../../lib/run/run_folder.ts";
import { openImages } from "../../lib/data/open_images.ts";
import { take } from "../../lib/array/rows.ts";
import { toFloat32 } from "../../lib/data/pixels.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { encodePng } from "../../lib/plot/png.ts";
import { Random } from "../../lib/array/random.ts";
import { decodeLatents } from "../../lib/runtime/run_images.ts";
import { writeTinyRun } from "../tiny_run.ts";
import { differ, drop, explore, lastOf, moveTo, redOf, trainedRun } from "./explored_page.ts";

/** How far the browser's numbers may lie from onnxruntime-node's. */
const TOLERANCE = 1e-3;

function test(name: string, fn: () => Promise<void>) {
  // Playwright keeps its connection and timers.
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

test("the pointer on the plane decodes what onnxruntime-node decodes", async () => {
  const run = await trainedRun();
  const decoder = await openModel(run, "decoder", { threads: 1 });
  await explore(run.dir, async (page) => {
    const plane = page.locator("#plane");
    const seen: number[][] = [];
    for (const place of [[0.3, 0.25], [0.5, 0.5], [0.7, 0.8], [0.99, 0.01]] as const) {
      await moveTo(page, plane, place);
      const { z, pixels } = await lastOf(page, "decoded");
      const latents = ndarray("float32", [1, 2], Float32Array.from(z));
      const expected = await decodeLatents(decoder, latents);
      assertEquals(differ(pixels, expected.data) < TOLERANCE, true);
      // The canvas shows them, to the nearest of its 256 levels.
      const shown = await redOf(page.locator("#decoded"));
      assertEquals(differ(shown, pixels.map((value) => value * 255)) < 0.51, true);
      seen.push(z);
    }
    // Right is more of z1, up is more of z2, and no two images are alike.
    assert(seen[0][0] < seen[1][0] && seen[1][0] < seen[2][0] && seen[2][0] < seen[3][0]);
    assert(seen[3][1] > seen[0][1] && seen[0][1] > seen[1][1] && seen[1][1] > seen[2][1]);
    assertAlmostEquals(seen[1][0], 0, 0.05);
  });
  await decoder.release();
});

test("the page draws each frame anew while the pointer moves", async () => {
  const run = await trainedRun();
  await explore(run.dir, async (page) => {
    const perFrame = await page.evaluate(async () => {
      const plane = document.getElementById("plane")!;
      const { left, top, width, height } = plane.getBoundingClientRect();
      let decoded = 0, frames = 0, moves = 0;
      document.addEventListener("glimpse-decoded", () => decoded++);
      const end = performance.now() + 2000;
      await new Promise<void>((resolve) => {
        const count = () => {
          frames++;
          // Four moves a frame, more than can be drawn.
          for (let i = 0; i < 4; i++) {
            const clientX = left + width * (0.5 + 0.4 * Math.cos(++moves / 50));
            const clientY = top + height * (0.5 + 0.4 * Math.sin(moves / 50));
            plane.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY }));
          }
          if (performance.now() < end) requestAnimationFrame(count);
          else resolve();
        };
        requestAnimationFrame(count);
      });
      return decoded / frames;
    });
    // Machines that test draw without a GPU beside other work: half the frames are asked for here.
    assert(perFrame > 0.5 && perFrame < 1.2, `${perFrame} images a frame`);
  });
});

test("a drawn 1 is classified as 1, by pointer and by keys, and cleared", async () => {
  const run = await trainedRun();
  await explore(run.dir, async (page) => {
    const pad = page.locator("#pad"), answer = page.locator("#answer");
    assertEquals(await answer.textContent(), "Nothing drawn yet");
    await moveTo(page, pad, [0.54, 0.2]);
    await page.mouse.down();
    await moveTo(page, pad, [0.46, 0.8]);
    await page.mouse.up();
    await page.locator("#answer", { hasText: "This is a 1" }).waitFor();
    assertMatch((await page.locator("#reason").textContent())!, /^sure to >?[\d.]+ %$/);
    const { seen, probabilities, z } = await lastOf(page, "predicted");
    assert(probabilities[0] > 0.5 && seen.length === 784);
    // The deployed classifier says the same of the same pixels.
    const classifier = openClassifier(run, { threads: 1 });
    const image = ndarray("float32", [1, 28, 28, 1], Float32Array.from(seen));
    const expected = await classifier.classify(image);
    await classifier.release();
    assertEquals([...expected.labels], [1]);
    assertEquals(differ(z, expected.zMean!.data) < TOLERANCE, true);
    assertEquals(differ(probabilities, expected.probabilities.data) < TOLERANCE, true);

    await page.getByRole("button", { name: "Clear" }).click();
    await page.locator("#answer", { hasText: "Nothing drawn yet" }).waitFor();
    await pad.focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
    for (let i = 0; i < 16; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.locator("#answer", { hasText: "This is a 1" }).waitFor();
    await page.getByRole("button", { name: "Go there on the plane" }).click();
    const { z: predicted } = await lastOf(page, "predicted");
    const { z: here } = await lastOf(page, "decoded");
    assertEquals(here, predicted);
  });
});

test("what is no digit is an outlier, dropped or chosen; a file that is no picture is named", async () => {
  const run = await trainedRun();
  const random = new Random(0, "noise");
  const pictures = {
    "checkerboard.png": (x: number, y: number) => (Math.floor(x / 4) + Math.floor(y / 4)) % 2 * 255,
    "noise.png": () => random.uniform() * 255,
    "white.png": () => 255,
  };
  await explore(run.dir, async (page) => {
    const answer = page.locator("#answer");
    for (const [name, shade] of Object.entries(pictures)) {
      for (const side of [28, 120]) {
        const pixels = Uint8Array.from(
          { length: side * side },
          (_, i) => shade(i % side, Math.floor(i / side)),
        );
        const png = encodePng({ pixels, width: side, height: side, channels: 1 });
        await page.getByRole("button", { name: "Clear" }).click();
        await page.locator("#answer", { hasText: "Nothing drawn yet" }).waitFor();
        if (side === 28) await drop(page, name, png);
        else {
          const buffer = Buffer.from(png);
          await page.locator("#file").setInputFiles({ name, mimeType: "image/png", buffer });
        }
        await page.waitForFunction(() =>
          document.getElementById("answer")!.textContent !== "Nothing drawn yet"
        );
        assertEquals([name, side, await answer.textContent()], [name, side, "I don't know"]);
        const reason = (await page.locator("#reason").textContent())!;
        assertMatch(reason, /it would be [148]$|^There is nothing in the picture$/);
      }
    }
    await drop(page, "words.png", new TextEncoder().encode("no picture"));
    await page.locator("#answer", { hasText: "Cannot read words.png" }).waitFor();
  });
});

test("a digit's file is predicted as the digit", async () => {
  const run = await trainedRun();
  const source = await openImages("mnist", { expectedWhite: 255 });
  const classifier = openClassifier(run, { threads: 1 });
  await explore(run.dir, async (page) => {
    for await (const chunk of source.chunks(20)) {
      const known = [...Array(20).keys()].filter((i) => [4, 8].includes(source.labels![i]));
      for (const i of known) {
        const image = take(chunk, [i]);
        const png = encodePng({
          pixels: image.data as Uint8Array,
          width: 28,
          height: 28,
          channels: 1,
        });
        await page.evaluate(() => delete (globalThis as Record<string, unknown>).predicted);
        await drop(page, `${i}.png`, png);
        const { seen, z } = await lastOf(page, "predicted");
        assertEquals(differ(seen, toFloat32(image).data) < 1e-6, true);
        assertEquals(differ(z, (await classifier.classify(image)).zMean!.data) < TOLERANCE, true);
      }
      break;
    }
  });
  await classifier.release();
});

test("the plane is walked, and the filmstrip's ends put, by keys", async () => {
  const run = await trainedRun();
  await explore(run.dir, async (page) => {
    const strip = page.locator("#strip canvas");
    assertEquals(await strip.count(), 11);
    const ends = async () => [await redOf(strip.first()), await redOf(strip.last())];
    await page.locator("#plane").focus();
    const { z: start } = await lastOf(page, "decoded");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowUp");
    const { z, pixels } = await lastOf(page, "decoded");
    assert(z[0] > start[0] && z[1] > start[1] && z[0] - start[0] > z[1] - start[1]);
    const [a, b] = await ends();
    await page.keyboard.press("a");
    await page.waitForTimeout(300);
    const [newA, sameB] = await ends();
    assert(differ(a, newA) > 10);
    assertEquals(sameB, b);
    // The strip's first image is that of the place.
    assertEquals(differ(newA, pixels.map((value) => value * 255)) < 0.51, true);
    await page.keyboard.press("Home");
    assertEquals((await lastOf(page, "decoded")).z, start);
    const announced = await page.locator("#here-announcement").textContent();
    assertMatch(announced!, /^\(.*\): [148], [\d.]+ %/);
  });
});

test("a latent space of three variables has sliders, and a choice of axes", async () => {
  const dir = await Deno.makeTempDir({ prefix: "glimpse-browser-" });
  await writeTinyRun(`${dir}/three`, 3);
  const run = await readRun(`${dir}/three`);
  const decoder = await openModel(run, "decoder", { threads: 1 });
  await explore(run.dir, async (page) => {
    const sliders = page.locator("#sliders input:visible");
    assertEquals(await sliders.count(), 1);
    await sliders.focus();
    const { z: before } = await lastOf(page, "decoded");
    for (let i = 0; i < 30; i++) await page.keyboard.press("ArrowRight");
    const { z } = await lastOf(page, "decoded");
    assertEquals(z.slice(0, 2), before.slice(0, 2));
    assertAlmostEquals(z[2], before[2] + 0.3, 0.011);
    await page.locator("#axis-y").selectOption({ label: "z3" });
    assertEquals(
      await page.locator("#sliders label:visible").textContent(),
      "z2" +
        await page.locator("#sliders label:visible output").textContent(),
    );
    await moveTo(page, page.locator("#plane"), [0.25, 0.25]);
    const moved = await lastOf(page, "decoded");
    assertEquals(moved.z[1], before[1]);
    assert(moved.z[2] > 1);
    const latents = ndarray("float32", [1, 3], Float32Array.from(moved.z));
    const expected = await decodeLatents(decoder, latents);
    assertEquals(differ(moved.pixels, expected.data) < TOLERANCE, true);
  });
  await decoder.release();
  await Deno.remove(dir, { recursive: true });
});

test("a phone shows the whole width, in the dark too, and a finger moves the point", async () => {
  const run = await trainedRun();
  const phone = {
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    colorScheme: "dark",
  } as const;
  await explore(run.dir, async (page) => {
    const [width, paper] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      getComputedStyle(document.documentElement).backgroundColor,
    ]);
    assertEquals([width, paper], [360, "rgb(20, 23, 27)"]);
    const box = (await page.locator("#plane").boundingBox())!;
    await page.touchscreen.tap(box.x + box.width * 0.75, box.y + box.height * 0.5);
    const { z } = await lastOf(page, "decoded");
    assert(z[0] > 1, `${z}`);
  }, phone);
});

test("axe-core finds no fault, in the light and in the dark", async () => {
  const run = await trainedRun();
  for (const colorScheme of ["light", "dark"] as const) {
    await explore(run.dir, async (page) => {
      // The page itself allows no script of others.
      await page.evaluate(axe.source);
      const faults = await page.evaluate(async () => {
        // deno-lint-ignore no-explicit-any
        const { violations, passes } = await (globalThis as any).axe.run();
        return [violations.map(({ id }: { id: string }) => id), passes.length > 20];
      });
      assertEquals(faults, [[], true]);
    }, { colorScheme });
  }
});

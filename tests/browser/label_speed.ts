/// <reference lib="dom" />
/**
 * How fast the page of `deno task label` is for 60,000 images: when it first paints, when the map and
 * the first image are there, and how many frames a second it draws while the map is dragged.
 *
 * ```sh
 * deno run -A tests/browser/label_speed.ts
 * ```
 *
 * @module
 */
import { ndarray } from "../../lib/array/ndarray.ts";
import { Random } from "../../lib/array/random.ts";
import { describeSpace } from "../../lib/labelling/labelling_space.ts";
import { writeUnlabelledRun } from "../infer/label/unlabelled_run.ts";
import { startPage } from "../task.ts";
import { inPage } from "./chromium.ts";

/** What was measured; times in milliseconds since the page was asked for. */
export interface LabelPageSpeed {
  readonly firstPaint: number;
  /** All points are on the map. */
  readonly map: number;
  /** The first image is offered. */
  readonly offer: number;
  /** From frame to frame while the map is dragged, in order of length. */
  readonly frames: readonly number[];
  /** Files of thumbnails that were fetched, of all that there are. */
  readonly thumbnails: readonly [fetched: number, all: number];
  /** Whether dragging moved the points. */
  readonly hasMoved: boolean;
}

const CLUSTERS = 10;
const SIDE = 28;
const NEIGHBOURS = 10;
/** Frames that the map is dragged for. */
const FRAMES = 120;

/** Writes a run of so many random images, whose latent points lie in clusters. */
async function writeLargeRun(dir: string, count: number): Promise<void> {
  const random = new Random(0, "large run");
  const points = ndarray("float32", [count, 2], random.normals(2 * count));
  for (let i = 0; i < 2 * count; i++) {
    const angle = 2 * Math.PI * (i >> 1) * CLUSTERS / count;
    points.data[i] += 8 * (i % 2 ? Math.sin(Math.floor(angle)) : Math.cos(Math.floor(angle)));
  }
  const pixels = Uint8Array.from({ length: count * SIDE * SIDE }, () => random.integer(256));
  // As many as there would be; which ones changes no time.
  const near = Int32Array.from({ length: count * NEIGHBOURS }, (_, i) => {
    const step = i % NEIGHBOURS - NEIGHBOURS / 2;
    return (Math.floor(i / NEIGHBOURS) + (step < 0 ? step : step + 1) + count) % count;
  });
  const neighbours = {
    indices: ndarray("int32", [count, NEIGHBOURS], near),
    squaredDistances: ndarray(
      "float32",
      [count, NEIGHBOURS],
      random.normals(near.length).map(Math.abs),
    ),
  };
  await writeUnlabelledRun(dir, {
    z: points,
    space: describeSpace(points, neighbours),
    thumbnails: ndarray("uint8", [count, SIDE, SIDE, 1], pixels),
  });
}

/** Opens the page of a run of so many images, and drags its map. */
export async function measureLabelPage(count: number): Promise<LabelPageSpeed> {
  const dir = await Deno.makeTempDir({ prefix: "glimpse-label-" });
  await writeLargeRun(`${dir}/run`, count);
  const served = await startPage("label", ["--run", `${dir}/run`]);
  let speed: LabelPageSpeed | undefined;
  try {
    await inPage(served.address, async (page) => {
      await page.waitForSelector("html[data-ready]");
      const times = await page.evaluate(() => {
        const [firstPaint, map, offer] = ["first-contentful-paint", "map", "offer"].map((name) =>
          performance.getEntriesByName(name)[0].startTime
        );
        return { firstPaint, map, offer };
      });
      const files = await page.evaluate(() =>
        performance.getEntriesByType("resource").filter(({ name }) => /thumbnails/.test(name))
          .length
      );
      const frames = await page.evaluate(async (count) => {
        const canvas = document.getElementById("map") as HTMLCanvasElement;
        const { left, top } = canvas.getBoundingClientRect();
        const send = (type: string, x: number) =>
          canvas.dispatchEvent(
            new PointerEvent(type, {
              clientX: left + 200 + x,
              clientY: top + 200,
              pointerId: 1,
              button: 0,
            }),
          );
        // No pointer of this number is down, so that none can be captured.
        canvas.setPointerCapture = () => {};
        const before = canvas.toDataURL();
        const frame = () => new Promise(requestAnimationFrame);
        send("pointerdown", 0);
        const lengths: number[] = [];
        let last = await frame();
        for (let i = 1; i <= count; i++) {
          send("pointermove", 60 * Math.sin(i / 10));
          const now = await frame();
          lengths.push((now as number) - (last as number));
          last = now;
        }
        const after = canvas.toDataURL();
        send("pointerup", 0);
        return { lengths, hasMoved: before !== after };
      }, FRAMES);
      speed = {
        ...times,
        frames: frames.lengths.sort((a, b) => a - b),
        hasMoved: frames.hasMoved,
        thumbnails: [files, Math.ceil(count / 256)],
      };
    }, { viewport: { width: 1200, height: 900 } });
  } finally {
    await served.stop();
    await Deno.remove(dir, { recursive: true });
  }
  return speed!;
}

if (import.meta.main) {
  const { firstPaint, map, offer, frames, thumbnails } = await measureLabelPage(60_000);
  const at = (share: number) => frames[Math.floor(share * (frames.length - 1))].toFixed(1);
  const rate = 1000 * frames.length / frames.reduce((sum, length) => sum + length);
  console.log(
    `60,000 images: first paint after ${firstPaint.toFixed(0)} ms, the map after ${
      map.toFixed(0)
    } ms, the first image offered after ${offer.toFixed(0)} ms`,
  );
  console.log(
    `dragged: ${rate.toFixed(1)} frames a second, median ${at(0.5)} ms, 95 % within ${at(0.95)} ms`,
  );
  console.log(`${thumbnails[0]} of ${thumbnails[1]} files of thumbnails were fetched`);
}

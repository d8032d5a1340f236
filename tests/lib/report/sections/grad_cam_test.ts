import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../../lib/array/ndarray.ts";
import { gradCam } from "../../../../lib/report/sections/grad_cam.ts";
import { figures, tinySectionRun } from "./section_data.ts";

Deno.test("gradCam() shows each role that has heat maps", async () => {
  const run = await tinySectionRun();
  assertEquals(gradCam(run), undefined);
  const { images } = run.examples.test!;
  const [count] = images.shape;
  const heat = ndarray("float32", [count, 4, 4, 1], new Float32Array(16 * count).fill(0.5));
  const [figure, ...others] = figures(gradCam({ ...run, examples: { test: { images, heat } } }));
  assertEquals([figure.name, others], ["grad_cam_test", []]);
  assert(await figure.plot() instanceof Uint8Array);
});

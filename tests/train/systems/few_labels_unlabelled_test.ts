import { assert, assertEquals } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { slice } from "../../../lib/array/rows.ts";
import { toFloat32 } from "../../../lib/data/mod.ts";
import { argMaxRows } from "../../../lib/array/stats.ts";
import { nearestNeighbours } from "../../../lib/classical/nearest_neighbours.ts";
import { neighbourGraph } from "../../../lib/classical/neighbour_graph.ts";
import { offerImages } from "../../../lib/labelling/offer_images.ts";
import { refit } from "../../../lib/labelling/refit.ts";
import { readLabelling } from "../../../lib/run/labelling_file.ts";
import { openContents, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { runContents } from "../../../train/run/write_trained.ts";
import { fewLabels } from "../../../train/systems/few_labels.ts";
import { open, sides, withoutLabels } from "./tiny_system.ts";

Deno.test("few-labels without labels leaves a run in which two labels name all images", async () => {
  const all = sides(80);
  const data = withoutLabels(all);
  const trained = await trainSystem(fewLabels, data, {
    options: { effort: 0.2 },
    session: { threads: 1 },
  });
  assertEquals(trained.classes, undefined);
  assertEquals(Object.keys(trained.models), ["encoder.onnx", "decoder.onnx", "unlabelled.onnx"]);
  const encoder = await open(trained, RUN_FILES.encoder);
  const unlabelled = await open(trained, RUN_FILES.unlabelled);
  const images = toFloat32(slice(all.images, 0, 10));
  const { z_mean: z } = await encoder.run({ images });
  const described = await unlabelled.run({ images });
  assertEquals(described.z_mean.data, z.data);
  assertEquals(described.outlier_score.shape, [10]);
  const kept = slice(trained.latents!.z, 0, 10).data;
  const differences = kept.map((value, i) => Math.abs(value - Number(z.data[i])));
  assert(Math.max(...differences) < 1e-4);
  for (const session of [encoder, unlabelled]) await session.release();

  const imageNames = all.labels.keys().map((row) => `${row}.png`).toArray();
  const prepared = { data, scale: 255, classNames: undefined, warnings: [], imageNames };
  const contents = runContents(trained, {
    system: "few-labels",
    prepared,
    seed: 0,
    options: {},
    command: [],
  });
  const { space, map, thumbnails } = await readLabelling(await openContents("run", contents));
  assertEquals(map.shape, [80, 2]);
  assertEquals(thumbnails.data, all.images.data);
  // A person who names what is offered names all.
  const rows = offerImages(space, { done: new Set() }, { count: 4 }).map(({ row }) => row);
  const graph = neighbourGraph(space.neighbours);
  const classes = rows.map((row) => all.labels[row] === 1 ? 0 : 1);
  assertEquals(new Set(classes).size, 2);
  const predicted = argMaxRows(refit(graph, { rows, classes }, { classes: 2 }).data, 2);
  const right = predicted.filter((c, row) => c === (all.labels[row] === 1 ? 0 : 1)).length;
  assert(right >= 76, `${right} of 80`);
});

Deno.test("few-labels without labels tells images apart by colour where colour is all they differ in", async () => {
  const random = new Random(0, "tints");
  const count = 80;
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  // The same noise in every channel, and more red or more blue.
  const pixels = Uint8Array.from({ length: count * 64 }, () => 60 + random.integer(100));
  const data = Uint8Array.from({ length: count * 64 * 3 }, (_, i) => {
    const tint = [[70, 0, 0], [0, 0, 70]][labels[Math.floor(i / 192)]][i % 3];
    return pixels[Math.floor(i / 3)] + tint;
  });
  const trained = await trainSystem(
    fewLabels,
    withoutLabels({ images: ndarray("uint8", [count, 8, 8, 3], data), labels }),
    { options: { effort: 0.2 }, session: { threads: 1 } },
  );
  const { z } = trained.latents!;
  const { indices } = await nearestNeighbours(z, z, { k: 5, excludeSelf: true, threads: 1 });
  const alike = indices.data.filter((other, i) => labels[other] === labels[Math.floor(i / 5)]);
  assert(alike.length >= 0.95 * indices.data.length, `${alike.length} of ${indices.data.length}`);
});

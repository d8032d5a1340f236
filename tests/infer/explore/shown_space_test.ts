import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { shownSpace } from "../../../infer/explore/shown_space.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import { InputError } from "../../../lib/input_error.ts";
import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { encodeModel } from "../../../lib/onnx/proto.ts";
import { encodeLatents } from "../../../lib/run/latents_file.ts";
import { readRun, RUN_FILES, writeRun } from "../../../lib/run/run_folder.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { inFolder } from "../../command_line.ts";
import { tinyRun, writeTinyRun } from "../../tiny_run.ts";

const FEATURES = 16;

/** A model from 16 pixels to as many features, or back, that changes nothing. */
function identity([from, to]: readonly [string, string]): Uint8Array {
  const builder = new GraphBuilder({ name: "model" });
  const shapes: Record<string, (string | number)[]> = {
    images: ["batch", 4, 4, 1],
    z_mean: ["batch", FEATURES],
    z: ["batch", FEATURES],
  };
  const input = builder.input(from, "float32", shapes[from]);
  const size = shapes[to].slice(1) as number[];
  builder.output(to, builder.op.Reshape(input, [-1, ...size]), "float32", shapes[to]);
  return encodeModel({ graph: builder.build(), opset: 17 });
}

/** A run of features in three groups on a plane, without a mixture; the second class has no image. */
async function writeFeatures(dir: string) {
  const random = new Random(0);
  const groups = Int32Array.from({ length: 120 }, (_, i) => [1, 8][i % 2]);
  const z = Float32Array.from({ length: 120 * FEATURES }, (_, i) => {
    const [row, feature] = [Math.floor(i / FEATURES), i % FEATURES];
    return 2 + 0.1 * random.normal() + (feature === (groups[row] === 1 ? 3 : 7) ? 3 : 0);
  });
  const { [RUN_FILES.mixture]: _, ...files } = tinyRun().files;
  await writeRun(dir, {
    description: { ...tinyRun().description, latentDim: FEATURES },
    files: {
      ...files,
      [RUN_FILES.encoder]: identity(["images", "z_mean"]),
      [RUN_FILES.decoder]: identity(["z", "images"]),
      [RUN_FILES.latents]: encodeLatents({
        z: ndarray("float32", [120, FEATURES], z),
        labels: groups,
        labelled: {
          z: ndarray("float32", [2, FEATURES], z.slice(0, 32)),
          labels: Int32Array.of(1, 8),
        },
      }),
    },
  });
  return { z, groups };
}

Deno.test("shownSpace() shows principal components of features without a mixture", async () => {
  await inFolder(async (dir) => {
    const { z, groups } = await writeFeatures(`${dir}/run`);
    const shown = await shownSpace(await readRun(`${dir}/run`));
    const { latents, classifier, note } = shown;
    assertEquals([latents!.z.shape, latents!.labelled!.z.shape], [[120, 10], [2, 10]]);
    assertEquals(classifier.classes, [1, 8]);
    assertEquals(classifyLatents(classifier, latents!.z).labels, groups);
    assertMatch(note!, /^the first 10 principal components of 16 features; .* 100\.0 % of the /);
    // The models of the page go into that space and out of it.
    const encoder = await createSession(shown.encoder);
    const decoder = await createSession(shown.decoder);
    const images = ndarray("float32", [120, 4, 4, 1], z);
    const { z_mean: encoded } = await encoder.run({ images });
    encoded.data.forEach((value, i) => assertAlmostEquals(Number(value), latents!.z.data[i], 1e-4));
    const { images: decoded } = await decoder.run({ z: latents!.z });
    // What ten components leave out is noise of 0.1.
    decoded.data.forEach((value, i) => assert(Math.abs(Number(value) - z[i]) < 0.5));
    for (const session of [encoder, decoder]) await session.release();
  });
});

Deno.test("shownSpace() leaves a run with a mixture as it is, and says what a run lacks", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const run = await readRun(`${dir}/run`);
    const { encoder, classifier, note } = await shownSpace(run);
    assertEquals(encoder, await run.read(RUN_FILES.encoder));
    assertEquals([classifier.classes, note], [[1, 4, 8], undefined]);
    const { description, files: { [RUN_FILES.mixture]: _, ...files } } = tinyRun();
    await writeRun(`${dir}/bare`, { description, files });
    const bare = await readRun(`${dir}/bare`);
    await assertRejects(() => shownSpace(bare), InputError, "has no latents.npz");
  });
});

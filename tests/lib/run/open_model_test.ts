import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { encodeModel } from "../../../lib/onnx/proto.ts";
import { openModel } from "../../../lib/run/open_model.ts";
import { openContents, RUN_FILES } from "../../../lib/run/run_folder.ts";
import { tinyDecoder, tinyEncoder, tinyRun } from "../../tiny_run.ts";

/** The tiny run with another file in the place of one of its models. */
function runWith(file: string, bytes: Uint8Array) {
  const { description, files } = tinyRun();
  return openContents("run", { description, files: { ...files, [file]: bytes } });
}

Deno.test("openModel() opens every model of a run", async () => {
  const run = await openContents("run", tinyRun());
  for (const model of ["encoder", "decoder", "classifier", "classifierUint8"] as const) {
    await (await openModel(run, model, { threads: 1 })).release();
  }
});

Deno.test("openModel() throws for a model that takes or gives what the run does not", async () => {
  const wider = encodeModel(tinyDecoder(3));
  const error = await assertRejects(
    async () => openModel(await runWith(RUN_FILES.decoder, wider), "decoder"),
    InputError,
  );
  assertEquals(
    error.message,
    'Cannot use model "run/decoder.onnx": it takes z of float32 [batch,3], float32 [any,2] is needed',
  );
  const other = encodeModel(tinyEncoder());
  await assertRejects(
    async () => openModel(await runWith(RUN_FILES.decoder, other), "decoder"),
    InputError,
    'Cannot use model "run/decoder.onnx": it takes no z, float32 [any,2] is needed',
  );
  const floats = tinyRun().files[RUN_FILES.classifier];
  await assertRejects(
    async () => openModel(await runWith(RUN_FILES.classifierUint8, floats), "classifierUint8"),
    InputError,
    "it takes images of float32 [batch,4,4,1], uint8 [any,4,4,1] is needed",
  );
});

Deno.test("openModel() gives ONNX Runtime's own words in a sentence", async () => {
  const bytes = tinyRun().files[RUN_FILES.encoder];
  for (const damaged of [new Uint8Array(), bytes.slice(0, 80), new Uint8Array(99).fill(255)]) {
    const error = await assertRejects(
      async () => openModel(await runWith(RUN_FILES.encoder, damaged), "encoder"),
      InputError,
    );
    assertEquals(/^Cannot use model "run\/encoder.onnx": .*[^.]$/.test(error.message), true);
    assertEquals(error.message.includes("\n"), false);
  }
});

Deno.test("openModel() throws for weights in other files, wherever these are said to lie", async () => {
  const model = tinyEncoder();
  const names = [...model.graph.initializers].filter(([, { data }]) => data.length > 1)
    .map(([name]) => name);
  for (
    const location of ["weights.data", "../weights.data", "/etc/passwd", "a/b", "manifest.json"]
  ) {
    const external = new Map(names.map((name) => [name, { location, offset: 0, length: 128 }]));
    const bytes = encodeModel(model, { external });
    await assertRejects(
      async () => openModel(await runWith(RUN_FILES.encoder, bytes), "encoder"),
      InputError,
      'Cannot use model "run/encoder.onnx": it has weights in another file',
    );
  }
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { buildClassifier } from "../../../lib/latent/classifier_graph.ts";
import { toFloat32 } from "../../../lib/data/pixels.ts";
import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { decodeModel, encodeModel } from "../../../lib/onnx/proto.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { classifyImages, encodeImages } from "../../../lib/runtime/run_images.ts";
import { TINY_LABELS, tinyEncoder, tinyImages, tinyMixture } from "../../tiny_run.ts";

const labels = [1, 4, 8, 8, 4, 1, 1];
const bytes = ndarray("uint8", [7, 4, 4, 1], tinyImages(labels));
const floats = toFloat32(bytes);
const encoder = tinyEncoder();
const mixture = tinyMixture();

Deno.test("buildClassifier() gives the labels, and the same for bytes and floats", async () => {
  const float32 = await createSession(buildClassifier(encoder, mixture));
  const uint8 = await createSession(buildClassifier(encoder, mixture, { input: "uint8" }));
  assertEquals(float32.outputNames, ["label", "probabilities", "log_likelihood", "z_mean"]);
  const ofFloats = await classifyImages(float32, floats);
  const ofBytes = await classifyImages(uint8, bytes);
  assertEquals([...ofFloats.labels], labels);
  // To the last bit: both divide by 255, one here and one there.
  assertEquals(ofBytes, ofFloats);
  await float32.release();
  await uint8.release();
});

Deno.test("buildClassifier() says what encoder and mixture say one after the other", async () => {
  const session = await createSession(buildClassifier(encoder, mixture));
  const encoding = await createSession(encoder);
  const answer = await classifyImages(session, floats, { chunkSize: 3 });
  const zMean = await encodeImages(encoding, floats);
  assertEquals(answer.zMean, zMean);
  const expected = classifyLatents(
    mixture,
    ndarray("float64", zMean.shape, Float64Array.from(zMean.data)),
  );
  assertEquals(answer.labels, expected.labels);
  for (
    const [actual, wanted] of [
      [answer.probabilities.data, expected.probabilities.data],
      [answer.logLikelihood, expected.logLikelihood],
    ]
  ) {
    actual!.forEach((value, i) => assert(Math.abs(value - wanted![i]) < 1e-5));
  }
  await session.release();
  await encoding.release();
});

Deno.test("buildClassifier() works on an encoder that was read from its file", async () => {
  const read = decodeModel(encodeModel({ ...encoder, metadata: { model: "tiny" } }));
  const model = decodeModel(
    encodeModel(buildClassifier(read, mixture, { metadata: { seed: "3" } })),
  );
  assertEquals(model.metadata, { model: "tiny", classes: "1,4,8", seed: "3" });
  assertEquals(
    model.description,
    "Classifies images of 4x4x1, pixels in [0, 1] as float32, as one of 1, 4, 8",
  );
  const session = await createSession(model);
  assertEquals([...(await classifyImages(session, floats)).labels], labels);
  await session.release();
});

Deno.test("buildClassifier() throws if the graph is no encoder", () => {
  const model = { ...encoder, graph: { ...encoder.graph, outputs: [] } };
  assertThrows(
    () => buildClassifier(model, mixture),
    RangeError,
    'Cannot build a classifier on graph "encoder"',
  );
  assertEquals(Object.values(TINY_LABELS), mixture.classes);
});

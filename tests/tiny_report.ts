import { RUN_FILES, type RunContents, writeRun } from "../lib/run/run_folder.ts";
import type { RunDescription } from "../lib/run/manifest.ts";
import { ndarray } from "../lib/array/ndarray.ts";
import type { Images, LabelledImages } from "../lib/data/dataset.ts";
import { reconstructImages } from "../lib/metrics/reconstruction.ts";
import { encodeExamples, pickExamples } from "../lib/run/examples.ts";
import { encodeLatents } from "../lib/run/latents_file.ts";
import { formatMetrics, type RunMetrics } from "../lib/run/metrics_file.ts";
import { classifyImages, encodeImages } from "../lib/runtime/run_images.ts";
import { buildClassifier, describeEncoded } from "../lib/latent/classifier_graph.ts";
import { fitOutlierDetector } from "../lib/latent/fit_outlier_detector.ts";
import { toFloat32 } from "../lib/data/pixels.ts";
import { encodeModel } from "../lib/onnx/proto.ts";
import { createSession } from "../lib/runtime/session.ts";
import { type EncodedLabelled, scoreLatents } from "../train/systems/latent_scores.ts";
import { TINY_LABELS, tinyEncoder, tinyImages, tinyMixture, tinyRun } from "./tiny_run.ts";

/** Options for {@linkcode writeTinyReportedRun}. */
export interface TinyReportedRunOptions {
  /** @default {2} */
  latentDim?: 2 | 3;
  /** Whether there are test images. @default {true} */
  test?: boolean;
  /** What the manifest says otherwise. @default {{}} */
  description?: Partial<RunDescription>;
  /** What `metrics.json` says otherwise. @default {{}} */
  metrics?: RunMetrics;
}

const HISTORY = "epoch,phase,loss,reconstructionLoss,klLoss,valLoss,valReconstructionLoss," +
  "valKlLoss,learningRate,imagesPerSecond\n" +
  "1,elbo,9.5,8,1.5,9.25,8,1.25,0.001,1000\n2,elbo,8.5,7,1.5,8.25,7,1.25,0.001,3000\n";

/** Labelled images of the tiny run, the labels in turn. */
function labelledImages(count: number): LabelledImages {
  const kinds = Object.values(TINY_LABELS);
  const labels = Int32Array.from({ length: count }, (_, i) => kinds[i % 3]);
  const images = ndarray("uint8", [count, 4, 4, 1], tinyImages([...labels]));
  return { images, labels };
}

/** Writes the tiny run with all that its report is made of, but for the report itself. */
export async function writeTinyReportedRun(
  dir: string,
  options: TinyReportedRunOptions = {},
): Promise<void> {
  await writeRun(dir, await tinyReportedRun(options));
}

/** The tiny run with all that its report shows. */
export async function tinyReportedRun(
  { latentDim = 2, test = true, description, metrics = {} }: TinyReportedRunOptions = {},
): Promise<RunContents> {
  const run = tinyRun(latentDim);
  const classifier = tinyMixture(latentDim);
  const sessions = {
    encoder: await createSession(run.files[RUN_FILES.encoder]),
    decoder: await createSession(run.files[RUN_FILES.decoder]),
  };
  const encoded = async (count: number): Promise<EncodedLabelled> => {
    const { images, labels } = labelledImages(count);
    return { images, labels, z: await encodeImages(sessions.encoder, images) };
  };
  const labelled = await encoded(15);
  const tested = test ? await encoded(60) : undefined;
  const score = { accuracy: 1, logLoss: 0.01, logLikelihood: -2 };
  const plain = { name: "plain", members: [], ...score };
  const none = { accuracy: NaN, logLoss: NaN, logLikelihood: NaN };
  const failed = { name: "other", members: [], ...none, failure: "collapsed" };
  const rows = [...labelled.labels.keys()];
  const heldOut = { rows, labels: [...labelled.labels], confidence: rows.map(() => 0.9) };
  const train = await encoded(120);
  const outliers = await fitOutlierDetector(train.images, describeEncoded(tinyEncoder(latentDim)));
  const models = (["float32", "uint8"] as const).map((input) =>
    buildClassifier(tinyEncoder(latentDim), classifier, { input, outliers })
  );
  const answering = await createSession(models[0]);
  const scored = toFloat32((tested ?? labelled).images);
  const { outlierScores } = await classifyImages(answering, scored);
  await answering.release();
  const scores = await scoreLatents({ train, labelled, test: tested }, {
    selection: { classifier, chosen: plain, tried: [plain, failed], heldOut, warnings: [] },
    decoder: sessions.decoder,
    outlierScores: outlierScores!,
    seed: 0,
  });
  const shown = async (images: Images) => ({
    images,
    reconstructed: await reconstructImages(images, sessions),
  });
  const examples = {
    labelled: await shown(pickExamples(labelled)),
    ...tested && { test: await shown(pickExamples(tested)) },
  };
  for (const session of Object.values(sessions)) await session.release();
  const text = new TextEncoder();
  const data = { counts: { train: 120, labelled: 15, ...test && { test: 60 } } };
  return {
    description: { ...run.description, data, ...description },
    files: {
      ...run.files,
      [RUN_FILES.classifier]: encodeModel(models[0]),
      [RUN_FILES.classifierUint8]: encodeModel(models[1]),
      [RUN_FILES.history]: text.encode(HISTORY),
      [RUN_FILES.metrics]: text.encode(formatMetrics({ ...scores.metrics, ...metrics })),
      [RUN_FILES.latents]: encodeLatents(scores.latents),
      [RUN_FILES.examples]: encodeExamples(examples),
    },
  };
}

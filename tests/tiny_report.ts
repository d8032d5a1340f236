import { RUN_FILES, type RunDescription, writeRun } from "../lib/run/run_folder.ts";
import type { LabelledImages } from "../lib/data/dataset.ts";
import { evaluate } from "../lib/metrics/evaluate.ts";
import { encodeLatents } from "../lib/run/latents_file.ts";
import { createSession } from "../lib/runtime/session.ts";
import {
  encodeExamples,
  formatSummary,
  observeRun,
  pickExamples,
  type Summary,
} from "../lib/report/mod.ts";
import {
  fillTinyRun,
  TINY_LABELS,
  tinyDecoder,
  tinyEncoder,
  tinyImages,
  tinyMixture,
} from "./tiny_run.ts";
import { buildClassifier } from "../lib/latent/classifier_graph.ts";

/** Options for {@linkcode writeTinyReportedRun}. */
export interface TinyReportedRunOptions {
  /** @default {2} */
  latentDim?: 2 | 3;
  /** Whether there are test images. @default {true} */
  test?: boolean;
  /** The names of labels 0, 1, …; none by default. */
  classNames?: string[];
  /** What the summary says otherwise. @default {{}} */
  summary?: Partial<Summary>;
}

const HISTORY = "epoch,stage,loss,reconstructionLoss,klLoss,valLoss,valReconstructionLoss," +
  "valKlLoss,learningRate,imagesPerSecond\n" +
  "1,elbo,9.5,8,1.5,9.25,8,1.25,0.001,1000\n2,elbo,8.5,7,1.5,8.25,7,1.25,0.001,3000\n";

/** Labelled images of the tiny run, the labels in turn. */
function labelledImages(count: number): LabelledImages {
  const kinds = Object.values(TINY_LABELS);
  const labels = Int32Array.from({ length: count }, (_, i) => kinds[i % 3]);
  const images = { pixels: tinyImages([...labels]), count, height: 4, width: 4, channels: 1 };
  return { images, labels };
}

/** Writes the tiny run with all that its report is made of, but for the report itself. */
export async function writeTinyReportedRun(
  dir: string,
  options: TinyReportedRunOptions = {},
): Promise<void> {
  await writeRun(dir, (folder) => fillReported(folder, options));
}

async function fillReported(
  dir: string,
  { latentDim = 2, test = true, classNames, summary = {} }: TinyReportedRunOptions,
): Promise<RunDescription> {
  const description = await fillTinyRun(dir, latentDim);
  const classifier = tinyMixture(latentDim);
  const sessions = {
    encoder: await createSession(tinyEncoder(latentDim)),
    decoder: await createSession(tinyDecoder(latentDim)),
    classifier: await createSession(
      buildClassifier(tinyEncoder(latentDim), classifier, { input: "uint8" }),
    ),
  };
  const labelled = labelledImages(15);
  const scored = test ? labelledImages(60) : labelled;
  const { observation, latents } = await observeRun(
    { trained: labelledImages(120).images, labelled, scored },
    { ...sessions, classifier },
  );
  const metrics = await evaluate(scored, { ...sessions, seed: 0, split: "images of a test" });
  for (const session of Object.values(sessions)) await session.release();
  const whole: Summary = {
    command: ["deno", "task", "train", "--out", "runs/tiny"],
    engine: "onnx (cpu)",
    stoppedEarly: false,
    images: { trained: 120, heldOut: 0, labelled: 15, test: test ? 60 : null },
    layers: [
      { network: "encoder", layer: "z_mean", type: "Dense", outputShape: [2], parameters: 34 },
    ],
    candidates: [
      { name: "plain", accuracy: 1, logLoss: 0.01, logLikelihood: -2 },
      { name: "other", accuracy: null, logLoss: null, logLikelihood: null, failure: "collapsed" },
    ],
    chosen: "plain",
    ...observation,
    ...summary,
  };
  const examples = {
    labelled: pickExamples(labelled),
    ...test ? { test: pickExamples(scored) } : {},
  };
  await Deno.writeTextFile(`${dir}/${RUN_FILES.history}`, HISTORY);
  await Deno.writeTextFile(`${dir}/${RUN_FILES.metrics}`, JSON.stringify(metrics));
  await Deno.writeTextFile(`${dir}/${RUN_FILES.summary}`, formatSummary(whole));
  await Deno.writeFile(`${dir}/${RUN_FILES.latents}`, encodeLatents(latents));
  await Deno.writeFile(`${dir}/${RUN_FILES.examples}`, encodeExamples(examples));
  return { ...description, ...classNames === undefined ? {} : { classNames } };
}

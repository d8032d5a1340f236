import type { LabelledImages } from "../lib/data/dataset.ts";
import { slice } from "../lib/array/rows.ts";
import { classificationScores, confusionMatrix } from "../lib/metrics/classification.ts";
import { ReconstructionTally } from "../lib/metrics/evaluate.ts";
import { classifyImages, decodeLatents, type RunImagesOptions } from "../lib/runtime/run_images.ts";
import type { Session } from "../lib/runtime/session.ts";

/** What an evaluation needs. */
export interface EvaluateOptions extends RunImagesOptions {
  /** A session of `classifier.onnx`, or for images of bytes `classifier_uint8.onnx`. */
  classifier: Session;
  /** A session of `decoder.onnx`. */
  decoder: Session;
  seed: number;
  split: string;
}

/** Scores predictions and reconstructions of labelled images. */
export async function evaluate(
  { images, labels }: LabelledImages,
  { classifier, decoder, seed, split, chunkSize = 1000 }: EvaluateOptions,
) {
  const predicted = new Int32Array(images.shape[0]);
  const tally = new ReconstructionTally();
  for (let start = 0; start < images.shape[0]; start += chunkSize) {
    const chunk = slice(images, start, Math.min(start + chunkSize, images.shape[0]));
    const answer = await classifyImages(classifier, chunk, { chunkSize });
    predicted.set(answer.labels, start);
    tally.add(chunk, await decodeLatents(decoder, answer.zMean!, { chunkSize }));
  }
  const matrix = confusionMatrix(labels, predicted);
  return {
    ...classificationScores(matrix),
    ...tally.scores(),
    confusionMatrix: matrix,
    count: images.shape[0],
    seed,
    split,
  };
}

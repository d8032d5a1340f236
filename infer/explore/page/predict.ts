import { classifyLatents } from "../../../lib/latent/latent_classifier.ts";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { reconstructionErrors } from "../../../lib/metrics/reconstruction_error.ts";
import { isOutlier } from "../../../lib/latent/outlier_detector.ts";
import { type OutlierReason, outlierReason } from "../../../lib/latent/outlier.ts";
import type { PageData } from "../page_data.ts";
import type { Picture } from "./fit_picture.ts";
import type { Models } from "./models.ts";

/** What the run makes of a picture. */
export interface Prediction {
  /** What the model saw. */
  readonly picture: Picture;
  /** Its latent mean, `[latentDim]`. */
  readonly z: Float32Array;
  /** What the decoder makes of that, `[height, width, channels]`. */
  readonly reconstruction: Float32Array;
  /** `[classes]` */
  readonly probabilities: Float64Array;
  /** The name of the most probable class. */
  readonly className: string;
  readonly logLikelihood: number;
  /** The cross-entropy with the reconstruction, in nats a pixel. */
  readonly reconstructionError: number;
  /** The output `outlier_score` of `classifier.onnx`, where it has one. */
  readonly outlierScore: number | undefined;
  readonly outlier: OutlierReason | undefined;
}

/** Predicts the class of a picture of the models' input size. */
export async function predict(
  picture: Picture,
  { data, models }: { data: PageData; models: Pick<Models, "encode" | "decode" | "scoreOutliers"> },
): Promise<Prediction> {
  const images = ndarray("float32", [1, ...data.imageShape], picture.values);
  const z = await models.encode(images);
  const { data: reconstruction } = await models.decode(z);
  const answer = classifyLatents(data.classifier, z);
  const [logLikelihood] = answer.logLikelihood;
  const [reconstructionError] = reconstructionErrors(picture.values, reconstruction, 1);
  const outlierScore = data.tellsOutliers
    ? (await models.scoreOutliers(images)).data[0]
    : undefined;
  return {
    picture,
    z: z.data,
    reconstruction,
    probabilities: answer.probabilities.data,
    className: data.classNames[data.classifier.classes.indexOf(answer.labels[0])],
    logLikelihood,
    reconstructionError,
    outlierScore,
    outlier: outlierScore === undefined
      ? outlierReason({ logLikelihood, reconstructionError }, data.limits)
      : isOutlier(outlierScore)
      ? "unlike the training images"
      : undefined,
  };
}

/**
 * Classifiers of a latent space that learn from many points without labels and a few with.
 *
 * @module
 */
export {
  fitTransform,
  type LatentTransform,
  TRANSFORM_NAMES,
  transformLatents,
  type TransformName,
} from "./latent_transform.ts";
export {
  fitLatentClassifier,
  type FitLatentClassifierOptions,
  type LabelledLatents,
} from "./fit_latent_classifier.ts";
export type { MemberOptions } from "./member_options.ts";
export { type Candidate, DEFAULT_CANDIDATES } from "./candidates.ts";
export {
  type CandidateScore,
  type Selection,
  selectLatentClassifier,
  type SelectOptions,
} from "./select_latent_classifier.ts";
export {
  type Classification,
  classifyLatents,
  type LatentClassifier,
  type LatentMember,
} from "./latent_classifier.ts";
export { formatMixture, parseMixture } from "./mixture_json.ts";
export {
  appendLatentClassifier,
  buildLatentClassifier,
  type LatentClassifierValues,
} from "./mixture_graph.ts";
export { buildClassifier, type BuildClassifierOptions } from "./classifier_graph.ts";

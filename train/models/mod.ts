import type { Model } from "./model.ts";
import { buildVae, type VaeOptions } from "./vae.ts";

/** Every model, by the name that `--model` takes: to add one, add a file and a line. */
export const MODELS = {
  vae: buildVae,
} as const satisfies Record<
  string,
  (imageShape: readonly [number, number, number], options: VaeOptions) => Model
>;

/** The name of a model. */
export type ModelName = keyof typeof MODELS;

export { type Model, modelVariables, type Posterior } from "./model.ts";
export { namedVariables, trainableVariables } from "./model.ts";
export { buildVae, type VaeOptions } from "./vae.ts";

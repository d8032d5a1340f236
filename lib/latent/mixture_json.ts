import { z } from "zod";
import { InputError } from "../input_error.ts";
import { fromNested, toNested } from "../array/nested.ts";
import { COVARIANCE_TYPES, covarianceShape, factorPrecisions } from "../mixture/covariance.ts";
import type { LatentClassifier, LatentMember } from "./latent_classifier.ts";
import { TRANSFORM_NAMES } from "./latent_transform.ts";
import { densityOf, type MixtureParameters } from "../mixture/parameters.ts";

/** What the file says it is. */
const FORMAT = "glimpse-mixture";

/** The version of the format; readers throw for any other. */
const VERSION = 1;

/** What rounding explains. */
const TOLERANCE = 1e-6;

const POSITIVE = z.number().positive();
const VECTOR = z.array(z.number());
const NESTED = z.union([VECTOR, z.array(VECTOR), z.array(z.array(VECTOR))]);

const SCHEMA = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  classes: z.array(z.int32()).min(1),
  members: z.array(z.strictObject({
    weight: POSITIVE,
    transform: z.strictObject({
      name: z.enum(TRANSFORM_NAMES),
      mean: VECTOR.min(1),
      std: z.array(POSITIVE),
      scale: POSITIVE,
    }),
    covarianceType: z.enum(COVARIANCE_TYPES),
    componentClass: z.array(z.int().min(0)).min(1),
    weights: z.array(POSITIVE),
    means: z.array(VECTOR),
    covariances: NESTED,
    precisionsCholesky: NESTED,
  })).min(1),
});

/**
 * A latent classifier as the text of `gmm.json`. Arrays are nested lists, and every float64 is
 * written so that it reads back as the same number.
 */
export function formatMixture({ classes, members }: LatentClassifier): string {
  return formatValue({
    format: FORMAT,
    version: VERSION,
    classes,
    members: members.map(({ weight, transform, mixture, componentClass }) => ({
      weight,
      transform,
      covarianceType: mixture.covarianceType,
      componentClass,
      weights: toNested(mixture.weights),
      means: toNested(mixture.means),
      covariances: toNested(mixture.covariances),
      precisionsCholesky: toNested(mixture.precisionsCholesky),
    })),
  }) + "\n";
}

/**
 * The latent classifier in the text of `gmm.json`.
 *
 * @param path Names the file in messages.
 * @throws {InputError} If the text is not what {@linkcode formatMixture} writes; it says where.
 */
export function parseMixture(text: string, path: string = "gmm.json"): LatentClassifier {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError(`Cannot read mixture ${path}: it is no JSON, a gmm.json file is needed`);
  }
  const parsed = SCHEMA.safeParse(json);
  if (!parsed.success) {
    const { path: where, message } = parsed.error.issues[0];
    throw fault(path, where, message);
  }
  const { classes, members } = parsed.data;
  if (classes.some((label, i) => i > 0 && label <= classes[i - 1])) {
    throw fault(path, ["classes"], "ascending labels are needed");
  }
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  if (Math.abs(total - 1) > 1e-9) {
    throw fault(path, ["members"], `weights that sum to 1 are needed, they sum to ${total}`);
  }
  return {
    classes,
    members: members.map((member, m) => readMember(member, { path, m, classes: classes.length })),
  };
}

function readMember(
  member: z.infer<typeof SCHEMA>["members"][number],
  { path, m, classes }: { path: string; m: number; classes: number },
): LatentMember {
  const { weight, transform, covarianceType, componentClass } = member;
  const components = componentClass.length;
  const features = transform.mean.length;
  const where = (...keys: (string | number)[]) => ["members", m, ...keys];
  if (transform.std.length !== features) {
    throw fault(path, where("transform", "std"), `${features} numbers are needed`);
  }
  const stray = componentClass.findIndex((index) => index >= classes);
  if (stray >= 0) {
    throw fault(path, where("componentClass", stray), `an index below ${classes} is needed`);
  }
  const empty = Array.from({ length: classes }).findIndex((_, index) =>
    !componentClass.includes(index)
  );
  if (empty >= 0) {
    throw fault(path, where("componentClass"), `a component of class index ${empty} is needed`);
  }
  const read = (name: "weights" | "means" | "covariances" | "precisionsCholesky") => {
    const shapes = { weights: [components], means: [components, features] };
    const shape = name === "weights" || name === "means"
      ? shapes[name]
      : covarianceShape(covarianceType, { components, features });
    const values = fromNested(member[name], shape);
    if (values === undefined) throw fault(path, where(name), `shape [${shape}] is needed`);
    return values;
  };
  const mixture = {
    covarianceType,
    weights: read("weights"),
    means: read("means"),
    covariances: read("covariances"),
    precisionsCholesky: read("precisionsCholesky"),
  };
  if (!densityOf(mixture).constants.every(Number.isFinite)) {
    throw fault(path, where("precisionsCholesky"), "a positive diagonal is needed");
  }
  const total = mixture.weights.data.reduce((sum, weight) => sum + weight, 0);
  if (!(Math.abs(total - 1) <= TOLERANCE)) {
    throw fault(path, where("weights"), `numbers that sum to 1 are needed, they sum to ${total}`);
  }
  if (!matches(mixture)) {
    const needed = "positive definite ones whose factors precisionsCholesky holds are needed";
    throw fault(path, where("covariances"), needed);
  }
  return { weight, transform, componentClass, mixture };
}

/** Whether covariances and the factors of their inverses are those of one another. */
function matches({ covarianceType, covariances, precisionsCholesky }: MixtureParameters): boolean {
  let factors: ArrayLike<number>;
  try {
    factors = factorPrecisions(covarianceType, covariances).data;
  } catch {
    return false; // singular
  }
  const { data } = precisionsCholesky;
  const greatest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return data.every((value, i) => Math.abs(value - factors[i]) <= TOLERANCE * greatest);
}

function fault(path: string, where: readonly PropertyKey[], message: string): InputError {
  const place = where.length === 0 ? "the whole" : where.join(".");
  return new InputError(`Cannot read mixture ${path}: at ${place}: ${message}`);
}

/** JSON that a person can read: lists of numbers on a line, all else indented. */
function formatValue(value: unknown, indent: string = ""): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value) && value.every((item) => typeof item === "number")) {
    return `[${value.map((item) => formatValue(item)).join(", ")}]`;
  }
  const inner = indent + "  ";
  const [open, close, lines] = Array.isArray(value)
    ? ["[", "]", value.map((item) => formatValue(item, inner))]
    : [
      "{",
      "}",
      Object.entries(value).map(([key, item]) =>
        `${JSON.stringify(key)}: ${formatValue(item, inner)}`
      ),
    ];
  return `${open}\n${lines.map((line) => inner + line).join(",\n")}\n${indent}${close}`;
}

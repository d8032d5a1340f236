import { take } from "../array/rows.ts";
import { maxRows } from "../array/stats.ts";
import { InputError } from "../input_error.ts";
import type { Points } from "../mixture/rows.ts";
import type { Steps } from "../mixture/steps.ts";
import { fitMember, type LabelledLatents } from "./fit_latent_classifier.ts";
import { combineMembers, type MemberPrediction, predictMember } from "./latent_classifier.ts";
import type { MemberOptions } from "./member_options.ts";

/** What mixtures that were fitted without labelled rows predict for them. */
export interface HeldOut {
  /** The labelled rows that were held out. */
  readonly rows: readonly number[];
  /** The predicted label of each, and its probability. */
  readonly labels: readonly number[];
  readonly confidence: readonly number[];
}

/** A member's predictions for each part held out: of its labelled rows, and of the unlabelled ones. */
export interface HeldOutPredictions {
  readonly heldOut: readonly MemberPrediction[];
  readonly unlabelled: readonly MemberPrediction[];
}

/** Fits a member once a part, without it. */
export function* predictHeldOut(
  latents: Points,
  labelled: LabelledLatents,
  { options, parts, classes, seed }: {
    options: MemberOptions;
    parts: readonly (readonly number[])[];
    classes: readonly number[];
    seed: number;
  },
): Steps<HeldOutPredictions | InputError> {
  try {
    const heldOut: MemberPrediction[] = [];
    const unlabelled: MemberPrediction[] = [];
    for (const part of parts) {
      const rest = Array.from(labelled.labels.keys()).filter((row) => !part.includes(row));
      const others = {
        latents: take(labelled.latents, rest),
        labels: Int32Array.from(rest, (row) => labelled.labels[row]),
      };
      const member = yield* fitMember(latents, others, { ...options, classes, seed });
      heldOut.push(predictMember(member, take(labelled.latents, part), classes.length));
      unlabelled.push(predictMember(member, latents, classes.length));
    }
    return { heldOut, unlabelled };
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** What members of equal weight predict together for the labelled rows held out. */
export function heldOutOf(
  members: readonly HeldOutPredictions[],
  { parts, classes }: { parts: readonly (readonly number[])[]; classes: readonly number[] },
): HeldOut {
  const weights = members.map(() => 1 / members.length);
  const predicted = parts.map((_, p) =>
    combineMembers(members.map(({ heldOut }) => heldOut[p]), { classes, weights })
  );
  return {
    rows: parts.flat(),
    labels: predicted.flatMap(({ labels }) => [...labels]),
    confidence: predicted.flatMap(({ probabilities }) => [...maxRows(probabilities)]),
  };
}

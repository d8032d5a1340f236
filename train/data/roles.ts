import type { Images, LabelledImages } from "../../lib/data/mod.ts";

/** Images of which no label is known. */
export interface UnlabelledData {
  readonly train: Images;
  /** Not trained on: for the losses after each epoch. */
  readonly validation: Images | undefined;
  readonly test: Images | undefined;
}

/** Images without labels, and a few with labels. */
export interface FewLabelsData {
  readonly train: Images;
  readonly validation: Images | undefined;
  readonly labelled: LabelledImages;
  readonly test: LabelledImages | undefined;
  /** Other samples of labelled images, to see how much the scores depend on the sample. */
  readonly labelSamples: readonly LabelledImages[];
}

/** Images with labels. */
export interface LabelledData {
  /** `weights`: how much each image counts, `[count]`; all alike without them. */
  readonly train: LabelledImages & { readonly weights?: Float32Array };
  readonly validation: LabelledImages | undefined;
  readonly test: LabelledImages | undefined;
}

/** Images of which labels may be known. */
export interface MaybeLabelled {
  readonly images: Images;
  readonly labels: Int32Array | undefined;
}

/** Images that have labels or have none, which the options of a system decide whether it needs. */
export interface MaybeLabelledData {
  readonly train: MaybeLabelled;
  readonly validation: MaybeLabelled | undefined;
  readonly test: MaybeLabelled | undefined;
}

/** The data of a system, by what it needs. */
export interface DataByNeed {
  readonly images: UnlabelledData;
  readonly "few-labels": FewLabelsData;
  readonly labels: LabelledData;
  readonly "labels-if-any": MaybeLabelledData;
}

/** What a system can need. */
export type Need = keyof DataByNeed;

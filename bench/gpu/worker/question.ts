/** What a worker is asked. */
export interface Question {
  readonly kind: "inference" | "training" | "parity" | "placement";
  /** Images a batch. */
  readonly batch: number;
  /** Batches, or training steps. */
  readonly count: number;
}

import { readHistory } from "../../lib/run/history_file.ts";
import { InputError } from "../../lib/input_error.ts";
import type { Study } from "./study.ts";

/** What all trials have but the one that leaves it out; other parts are on by default. */
const WHOLE = { classWeights: "balanced", patience: 3 } as const;

/** The options that leave out each part. */
const PARTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "none": {},
  "augmentation": { augment: false },
  "dropout": { dropout: 0 },
  "batch-normalization": { batchNormalization: false },
  "l2": { l2: 0 },
  "class-weights": { classWeights: "none" },
  "early-stopping": { patience: 0 },
};

/** The study `ablation`. */
export const ablation: Study = {
  description:
    "Trains a classifier with every regularizer, and once without each: accuracy on validation images, with the weights of the best epoch",
  system: "classifier",
  option: "without",
  trials: Object.entries(PARTS).map(([value, part]) => ({ value, options: { ...WHOLE, ...part } })),
  defaults: {},
  check({ val, validationSplit }) {
    if (val !== undefined || validationSplit !== 0) return;
    throw new InputError(
      "Cannot compare trials with --validation-split 0: there are no validation images, --val or a share above 0 is needed",
    );
  },
  async measure(run) {
    const history = await readHistory(run);
    // Early stopping restores the weights of the lowest validation loss, the first of equal ones.
    const kept = run.manifest.options.patience === 0
      ? history.at(-1)!
      : history.reduce((best, row) =>
        row.values.get("valLoss")! < best.values.get("valLoss")! ? row : best
      );
    return {
      "validation accuracy": kept.values.get("valAccuracy")!,
      "training accuracy": kept.values.get("accuracy")!,
      "epochs": history.length,
    };
  },
};

import { formatNumber } from "../../command/progress.ts";
import { type LossCurve, lossCurves } from "../../plot/loss_curves.ts";
import type { HistoryRow } from "../../run/history_file.ts";
import { count, words } from "../parts/numbers.ts";
import { imagesPerSecond, phaseStarts, type ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";

/** Columns that tell how training went, and not how well. */
const NO_LOSSES = new Set(["learningRate", "imagesPerSecond"]);

/** How the losses fell. */
export function losses(run: ReportRun): Section | undefined {
  const { history, manifest } = run;
  const curves = curvesOf(history);
  if (curves.length === 0) return undefined;
  const starts = phaseStarts(history);
  const speed = imagesPerSecond(run);
  const last = curves.map(({ name, train, validation }) => {
    const values = [train.at(-1), validation?.at(-1)].map((value) =>
      value === null || value === undefined ? undefined : formatNumber(value)
    );
    if (values[1] === undefined) return `${name} ${values[0] ?? "none"}`;
    return `${name} ${values[0] ?? "none"} (validation ${values[1]})`;
  });
  return {
    title: "Training",
    body: [
      `${count(history.length)} ${history.length === 1 ? "epoch" : "epochs"}` +
      (manifest.stoppedEarly ? ", stopped early as the validation loss no longer fell" : "") +
      `, on ${manifest.engine}` +
      (speed === undefined ? "" : `, ${count(speed)} images a second`) +
      `, seed ${manifest.seed}. In the last epoch: ${last.join(", ")}.`,
      {
        name: "loss",
        alt: `Curves over ${history.length} epochs: ${curves.map(({ name }) => name).join(", ")}`,
        caption: "Training: the mean over the steps of an epoch, while the weights change." +
          (curves.some(({ validation }) => validation)
            ? " Validation: after the epoch, on images that are not trained on."
            : "") +
          (starts.length === 0
            ? ""
            : ` Dotted: ${
              starts.map(({ phase, epoch }) => `phase ${phase} starts with epoch ${epoch}`)
                .join(", ")
            }; its losses can differ.`),
        plot: () => lossCurves(curves, { phaseStarts: starts.map(({ epoch }) => epoch) }),
        wide: true,
      },
    ],
  };
}

/**
 * The columns of a history as curves. Only columns of one name, such as `klLoss` and `valKlLoss`,
 * share a panel: others measure something else.
 */
export function curvesOf(history: readonly HistoryRow[]): LossCurve[] {
  const columns = new Set(history.flatMap(({ values }) => [...values.keys()]));
  const validationOf = (name: string) => `val${name[0].toUpperCase()}${name.slice(1)}`;
  const paired = new Set([...columns].map(validationOf));
  const valuesOf = (name: string) => history.map(({ values }) => values.get(name) ?? null);
  return [...columns].filter((name) => !NO_LOSSES.has(name) && !paired.has(name)).map((name) => ({
    name: titleOf(name),
    train: valuesOf(name),
    ...columns.has(validationOf(name)) && { validation: valuesOf(validationOf(name)) },
  }));
}

function titleOf(column: string): string {
  if (column === "loss") return "total loss";
  return words(column).replace(/ loss$/, "").replace(/^kl$/, "KL divergence");
}

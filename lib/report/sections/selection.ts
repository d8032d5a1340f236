import { html } from "../parts/html.ts";
import { percent } from "../parts/numbers.ts";
import type { ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";
import { table } from "../parts/table.ts";

/** The classifiers that were compared, in two tables side by side. */
export function selection({ metrics: { selection } }: ReportRun): Section | undefined {
  if (selection === undefined || selection.candidates.length === 0) return undefined;
  const { candidates, chosen } = selection;
  const score = (value: number | null, format: (value: number) => string) =>
    value === null ? "–" : format(value);
  const half = Math.ceil(candidates.length / 2);
  const part = (start: number, caption: string) =>
    table(
      [
        { title: "candidate" },
        { title: "accuracy", number: true },
        { title: "log loss", number: true },
        { title: "log-likelihood", number: true },
      ],
      candidates.slice(start, start + half).map(({ name, accuracy, logLoss, logLikelihood }) => [
        name === chosen ? html`<strong class="best">${name}</strong>` : name,
        score(accuracy, percent),
        score(logLoss, (value) => value.toFixed(3)),
        score(logLikelihood, (value) => value.toFixed(3)),
      ]),
      { caption },
    );
  return {
    title: "Selection",
    layout: "two",
    body: [
      part(0, "Cross-validation on the labelled images, in order of preference"),
      ...half === candidates.length ? [] : [
        part(half, "Continued. Chosen is the first that is not significantly worse than the best"),
      ],
    ],
  };
}

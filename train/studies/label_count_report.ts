import { stringify } from "@std/csv";
import { formatDuration } from "../../lib/command/progress.ts";
import { labelCountChart, type LabelCountScore } from "../../lib/plot/label_count_chart.ts";
import { renderPng, renderSvg } from "../../lib/plot/render.ts";
import { buildReport } from "../../lib/report/build_report.ts";
import { count } from "../../lib/report/parts/numbers.ts";
import { table } from "../../lib/report/parts/table.ts";
import type { Cell } from "./label_classifiers.ts";
import { summarizeSamples } from "../systems/label_samples.ts";

/** What was measured of a cell. */
export interface LabelCountResult extends Cell {
  /** Of the test images. */
  readonly accuracy: number;
  /** To fit and to classify the test images. */
  readonly seconds: number;
  /** Memory of the process after it. */
  readonly megabytes: number;
}

interface Score extends LabelCountScore {
  readonly samples: number;
  readonly seconds: number;
}

/** Mean and spread over the samples, by classifier and number of labels. */
function scoresOf(results: readonly LabelCountResult[], names: readonly string[]): Score[] {
  const counts = [...new Set(results.map(({ labels }) => labels))].sort((a, b) => a - b);
  return names.flatMap((classifier) =>
    counts.flatMap((labels) => {
      const own = results.filter((row) => row.classifier === classifier && row.labels === labels);
      if (own.length === 0) return [];
      const { mean, standardDeviation } = summarizeSamples(own.map(({ accuracy }) => accuracy));
      const seconds = own.reduce((sum, row) => sum + row.seconds, 0) / own.length;
      return [{ classifier, labels, samples: own.length, mean, standardDeviation, seconds }];
    })
  );
}

/** The files of the study `label-count`. */
export async function labelCountFiles(
  results: readonly LabelCountResult[],
  { names }: { names: readonly string[] },
): Promise<Record<string, string | Uint8Array>> {
  const scores = scoresOf(results, names);
  const content = await renderSvg(labelCountChart(scores), { id: "chart" });
  const counts = [...new Set(scores.map(({ labels }) => labels))].sort((a, b) => a - b);
  const compared = [...new Set(scores.map(({ classifier }) => classifier))];
  const grid = (cell: (score: Score) => string, caption: string) =>
    table(
      [
        { title: "classifier" },
        ...counts.map((labels) => ({ title: count(labels), number: true })),
      ],
      compared.map((name) => [
        name,
        ...counts.map((labels) => {
          const score = scores.find((each) => each.classifier === name && each.labels === labels);
          return score === undefined ? "" : cell(score);
        }),
      ]),
      { caption },
    );
  const seconds = results.reduce((sum, row) => sum + row.seconds, 0);
  const megabytes = Math.max(...results.map((row) => row.megabytes));
  const sections = [{
    title: "Accuracy by the number of labels",
    body: [
      "Both autoencoders learned without labels, of layers of equal sizes; features by contrast are those of few-labels, which saw no label either. Every classifier then learned from the same samples of labelled training images, as many of each class, and was scored on all test images.",
      {
        name: "chart",
        alt: "Accuracy of each classifier by the number of labels",
        caption:
          "Mean accuracy on the test images; bars are one standard deviation over the samples of labels.",
        content,
      },
      grid(
        ({ mean, standardDeviation, samples }) =>
          `${(100 * mean).toFixed(1)}${
            samples > 1 ? ` ± ${(100 * standardDeviation).toFixed(1)}` : ""
          }`,
        "Accuracy in % by the number of labels: mean ± standard deviation over samples",
      ),
      grid(
        (score) => formatDuration(score.seconds),
        "Mean time to fit a classifier and to classify the test images",
      ),
      `All fits took ${formatDuration(seconds)}, with at most ${
        count(Math.round(megabytes))
      } MiB of memory; the trainings are not counted.`,
    ],
  }];
  return {
    "table.csv": stringify(scores.map((score) => ({ ...score })), {
      columns: Object.keys(scores[0]),
    }),
    "chart.png": await renderPng(content),
    "report.html": buildReport([], { title: "Study of label counts", sections }),
  };
}

/** A line for each classifier, for the terminal. */
export function scoreLines(
  results: readonly LabelCountResult[],
  names: readonly string[],
): string[] {
  const width = Math.max(...names.map(({ length }) => length));
  return names.flatMap((name) => {
    const own = scoresOf(results, [name]);
    if (own.length === 0) return [];
    const cells = own.map(({ labels, mean }) => `${labels}: ${(100 * mean).toFixed(1)}`);
    return [`${name.padEnd(width)}  ${cells.join("  ")}`];
  });
}

import { stringify } from "@std/csv";
import { mean } from "../../lib/array/stats.ts";
import { flagName } from "../../lib/command/flags.ts";
import { formatNumber } from "../../lib/command/progress.ts";
import { parallelCoordinates } from "../../lib/plot/parallel_coordinates.ts";
import { renderPng, renderSvg } from "../../lib/plot/render.ts";
import { buildReport } from "../../lib/report/build_report.ts";
import { shortPercent } from "../../lib/report/parts/numbers.ts";
import { formatCell, table } from "../../lib/report/parts/table.ts";
import { plotReport } from "../../lib/report/plot_report.ts";
import { readRun } from "../../lib/run/run_folder.ts";
import { positionIn, type Sampled, type SearchSpace } from "./search_space.ts";

/** What came of a trial. */
export interface TrialResult {
  readonly trial: number;
  readonly options: Sampled;
  /** Options that all trials share. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** `pruned` trials were ended early, as those before them were better by then. */
  readonly status: "done" | "pruned" | "failed";
  /** The validation loss by epoch. */
  readonly curve: readonly number[];
  /** That of the model, if it was trained to the end. */
  readonly score?: number;
  readonly seconds: number;
  /** Why it failed. */
  readonly message?: string;
}

/** A trial that was trained to the end. */
export type DoneTrial = TrialResult & { readonly score: number };

/** The trials with a score, the best first. */
export function rankTrials(results: readonly TrialResult[]): DoneTrial[] {
  return results.filter((row): row is DoneTrial => row.score !== undefined)
    .sort((a, b) => a.score - b.score);
}

/** Groups into which the values of a number are cut. */
const GROUPS = 3;

/**
 * The share of the variance of the scores' ranks that an option explains by itself: omega squared of
 * its values, numbers in thirds (Hays, "Statistics for Psychologists", 1963), at least 0; unknown
 * where there are no more trials than groups.
 *
 * @param positions Where each trial's value lies in its range.
 */
export function importance(
  positions: readonly number[],
  scores: readonly number[],
): number | undefined {
  const ranks = scores.map((score) => scores.filter((other) => other < score).length);
  const sorted = positions.toSorted((a, b) => a - b);
  const isChoice = new Set(positions).size <= GROUPS;
  const groups = new Map<number, number[]>();
  positions.forEach((position, i) => {
    const group = isChoice
      ? position
      : Math.floor(GROUPS * sorted.indexOf(position) / positions.length);
    groups.set(group, [...groups.get(group) ?? [], ranks[i]]);
  });
  const squares = (values: readonly number[]) => {
    const centre = mean(values);
    return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  };
  const total = squares(ranks);
  const within = [...groups.values()].reduce((sum, group) => sum + squares(group), 0);
  const freedom = ranks.length - groups.size;
  if (freedom < 1) return undefined;
  if (total === 0) return 0;
  const noise = within / freedom;
  return Math.max(0, (total - within - (groups.size - 1) * noise) / (total + noise));
}

/** The files of the study `search`. */
export async function searchFiles(
  results: readonly TrialResult[],
  { space, best, title }: { space: SearchSpace; best: string; title: string },
): Promise<Record<string, string | Uint8Array>> {
  const done = rankTrials(results);
  const names = Object.keys(space);
  const positions = (name: string) =>
    done.map(({ options }) => positionIn(space[name], options[name]));
  const flag = (name: string) => flagName(name).slice(2);
  const plot = parallelCoordinates(
    [
      ...names.map((name) => ({ name: flag(name), ticks: ticksOf(space, name) })),
      {
        name: "validation loss",
        ticks: [done[0], done.at(-1)!].map(({ score }, at) => ({ at, label: formatNumber(score) })),
      },
    ],
    done.map(({ options, score }) => ({
      positions: [
        ...names.map((name) => positionIn(space[name], options[name])),
        (score - done[0].score) / (done.at(-1)!.score - done[0].score || 1),
      ],
      value: score,
    })),
    { title: "validation loss" },
  );
  const content = await renderSvg(plot, { id: "chart" });
  const others = results.filter(({ score }) => score === undefined);
  const pruned = others.filter(({ status }) => status === "pruned").length;
  const rows = [...done, ...others].map((row) => ({
    trial: row.trial,
    ...Object.fromEntries(names.map((name) => [flag(name), row.options[name]])),
    "validation loss": row.score ?? row.curve.at(-1) ?? "",
    epochs: row.curve.length,
    status: row.status,
    seconds: Math.round(row.seconds),
  })) as Record<string, string | number>[];
  const columns = Object.keys(rows[0]);
  const scores = done.map(({ score }) => score);
  const sections = [{
    title: "Trials",
    body: [
      `The best of ${results.length} trials is trial ${
        done[0].trial
      }, whose report follows. Ended early, as worse than the median of those before: ${pruned}. Scores are validation losses, by which the best was chosen; a score on test images is the honest one.`,
      {
        name: "chart",
        alt: "The options of each trial, with its validation loss as colour",
        caption: "A line a trial that was trained to the end, from option to option.",
        content,
      },
      table(
        [{ title: "option" }, { title: "share", number: true }],
        names.map((name) => ({ name, share: importance(positions(name), scores) }))
          .sort((a, b) => (b.share ?? 0) - (a.share ?? 0))
          .map(({ name, share }) => [
            flag(name),
            share === undefined ? "too few trials" : shortPercent(share),
          ]),
        {
          caption:
            `The share of the variance of the trials' ranks that each option explains by itself; of ${done.length} trials, which say little below about 20`,
        },
      ),
      table(
        columns.map((title) => ({ title, number: title !== "status" })),
        rows.map((row) => columns.map((column) => formatCell(row[column] ?? ""))),
        { caption: "All trials, the best first" },
      ),
    ],
  }];
  return {
    "table.csv": stringify(rows, { columns }),
    "chart.png": await renderPng(content),
    "report.html": buildReport([await plotReport(await readRun(best))], { title, sections }),
  };
}

function ticksOf(space: SearchSpace, name: string): { at: number; label: string }[] {
  const range = space[name];
  const values = "choices" in range ? range.choices : [range.low, range.high];
  return values.map((value) => ({ at: positionIn(range, value), label: String(value) }));
}

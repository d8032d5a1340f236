import { count } from "../parts/numbers.ts";
import { namesOf, type ReportRun } from "../parts/report_run.ts";
import type { Section } from "../parts/section.ts";
import { table } from "../parts/table.ts";

/** What images of each role are for, where there is a classifier of few labels, and elsewhere. */
const ROLES: readonly [role: string, name: string, use: string][] = [
  ["train", "training", "train the networks"],
  ["validation", "validation", "give the validation loss"],
  ["labelled", "labelled", "name the classes"],
  ["test", "test", "give the scores"],
];

/** The images in their roles. */
export function data({ manifest, ...run }: ReportRun): Section {
  const { imageShape, scale, classes, data: { counts } } = manifest;
  const isUsed: Readonly<Record<string, boolean>> = {
    validation: run.metrics.scored !== undefined ||
      run.history.some(({ values }) => values.has("valLoss")),
    test: run.metrics.scored !== undefined,
  };
  const rows = ROLES.flatMap(([role, name, use]) =>
    counts[role] === undefined
      ? []
      : [[name, count(counts[role]), isUsed[role] ?? true ? use : "are not used"]]
  );
  const names = classes && namesOf({ manifest, ...run }, classes);
  return {
    title: "Data",
    layout: "half",
    body: [
      table([{ title: "role" }, { title: "images", number: true }, { title: "use" }], rows, {
        caption: `Images of ${imageShape.join("x")} (height, width, channels), pixels divided by ` +
          `${scale}`,
      }),
      ...names === undefined
        ? []
        : [`Classes: ${names.length > 40 ? count(names.length) : names.join(", ")}.`],
    ],
  };
}

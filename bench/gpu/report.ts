import type { Machine } from "../../train/doctor/diagnosis.ts";
import { wrap } from "../../lib/command/wrap.ts";
import { formatTable, median } from "../table.ts";
import type { ParityAnswer } from "./worker/parity.ts";
import type { Placement } from "./worker/placement.ts";

/** What the bench found; with `--out` this is its JSON. */
export interface GpuReport {
  readonly format: "glimpse-bench-gpu";
  readonly formatVersion: 1;
  /** Such as `cuda`. */
  readonly device: string;
  readonly machine: Machine;
  /** Of what was measured, by its name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly parity: readonly ParityRow[];
  readonly timings: readonly TimingRow[];
  /** Where the nodes of the training step run; `null` if that could not be found out. */
  readonly placement: Placement | null;
  /** What was not measured, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** How far the device is from the CPU. */
export interface ParityRow extends ParityAnswer {
  /** Whether products of float32 were kept from being rounded to TF32. */
  readonly precision: "float32" | "default";
}

/** What something took. */
export interface TimingRow {
  readonly what: "inference" | "training step";
  readonly batch: number;
  /** Who did it. */
  readonly on: string;
  /** Of one batch or one step, a figure a round. */
  readonly milliseconds: readonly number[];
}

/** The greatest difference from the CPU, absolute up to 1 and relative above, that is parity. */
export const MAX_DIFFERENCE = 1e-3;

/** Columns of the text around the table. */
const WIDTH = 100;

/** What was measured, in words, for whoever reads the figures. */
const NOTES = [
  "Parity: the greatest difference from the CPU over 256 images, absolute up to 1 and relative " +
  `above; at most ${MAX_DIFFERENCE} in float32. CUDA rounds the factors of products to TF32 by ` +
  "default on cards that can, and so do the timings of ONNX Runtime.",
  "Inference: classifier.onnx, from pixels in the memory of the host until the labels are there: " +
  "both copies are counted.",
  "Training step: VAE 784-512-256-2 and back, 1.07 M parameters; forward, gradients, Adam. " +
  "Recorded: the steps of a run are one ONNX Loop; the rows, the noise and the state go to the " +
  "device and the state comes back once a run, which is counted. (onnxruntime-node can leave " +
  "outputs on the device for WebGPU only.) tfjs-node-gpu keeps its state on the device, is given " +
  "each batch from the host and reads each loss; PyTorch has all on the device and reads nothing. " +
  "Fused is its Adam, compiled is torch.compile, graphs are CUDA's.",
  "Each figure is the median over rounds, in each of which everyone ran once; round 0 is left out.",
];

/** Whether the device computes what the CPU does, float32 being float32. */
export function parityFaults({ parity }: GpuReport): ParityRow[] {
  return parity.filter(({ precision, difference, output }) =>
    precision === "float32" && output !== "label" &&
    !(difference !== null && difference <= MAX_DIFFERENCE)
  );
}

/** The rows of the one table, its head first. */
export function tableRows({ parity, timings }: GpuReport): string[][] {
  return [
    ["what", "batch", "on", "median", "range", "images/s"],
    ...parity.map(({ model, output, precision, difference }) => [
      `parity of ${model}: ${output}`,
      "256",
      precision === "float32" ? "float32" : "as by default",
      difference === null ? "not a number" : difference.toExponential(1),
      "",
      "",
    ]),
    ...timings.map(({ what, batch, on, milliseconds }) => [
      what,
      String(batch),
      on,
      `${threeDigits(median(milliseconds))} ms`,
      `${threeDigits(Math.min(...milliseconds))} to ${threeDigits(Math.max(...milliseconds))}`,
      Math.round(1000 * batch / median(milliseconds)).toLocaleString("en-US"),
    ]),
  ];
}

/** The report as text for a terminal. */
export function formatReport(report: GpuReport): string {
  const texts = remarks(report).flatMap((text) => wrap(text, WIDTH));
  return [...wrap(title(report), WIDTH), "", formatTable(tableRows(report)), "", ...texts].join(
    "\n",
  );
}

/** The report as Markdown. */
export function formatMarkdown(report: GpuReport): string {
  const [head, ...rows] = tableRows(report);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [line(head), line(head.map(() => "---")), ...rows.map(line)];
  return `${
    [title(report), "", ...table, "", ...remarks(report).map((text) => `- ${text}`)].join("\n")
  }\n`;
}

function title({ device, machine, versions }: GpuReport): string {
  const { nvidia, processor } = machine;
  const card = nvidia?.cards.map(({ name }) => name).join(", ") || "no NVIDIA card";
  const driver = nvidia === null
    ? []
    : [`driver ${nvidia.driver}`, `CUDA up to ${nvidia.cuda ?? "unknown"}`];
  return [
    `${device} on ${card}`,
    ...driver,
    `${processor.model ?? "unknown processor"} with ${processor.threads} threads`,
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ].join("; ");
}

function remarks({ placement, skipped, device }: GpuReport): string[] {
  return [
    ...placement === null ? [] : [describePlacement(placement, device)],
    ...skipped.map(({ name, reason }) => `Not measured: ${name}: ${reason}`),
    ...NOTES,
  ];
}

function describePlacement({ onDevice, copies, elsewhere }: Placement, device: string): string {
  const list = Object.entries(elsewhere).map(([operator, names]) =>
    `${operator} (${names.length})`
  );
  const fallen = list.length === 0 ? "none" : list.join(", ");
  const loop = "Loop" in elsewhere
    ? "The Loop itself is not on the device: the state passes through the host at every step."
    : "The Loop is on the device, and between its steps the state stays there.";
  return `Nodes of the training step on ${device}: ${onDevice}, of which ${copies} copy from or to ` +
    `the host; on another provider: ${fallen}. ${loop}`;
}

function threeDigits(value: number): string {
  return value < 1000 ? value.toPrecision(3) : value.toFixed(0);
}

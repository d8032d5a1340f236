import { wrap } from "../../lib/command/wrap.ts";
import type { Diagnosis, Finding, Machine, Nvidia } from "./diagnosis.ts";

/** Columns: about as wide as `--help`, so that it fits any terminal. */
const WIDTH = 92;
const NAME_WIDTH = 20;
const SPEED_WIDTH = 13;
/** Before text that does not fit into the columns. */
const INDENT = "      ";
const STATE_WIDTH = WIDTH - NAME_WIDTH - 2 - 2 * SPEED_WIDTH;

/** A diagnosis as text for people; without speeds if none was measured. */
export function formatDiagnosis({ machine, versions, engines, devices }: Diagnosis): string {
  const isTimed = [...engines, ...devices].some(({ trainingSpeed }) => trainingSpeed !== null);
  const columns = (...names: string[]) => isTimed ? names : [];
  return [
    ...formatMachine(machine, versions),
    "",
    heading("engines that take a training step (--engine)", columns("training")),
    ...engines.flatMap((engine) =>
      formatFinding(engine, {
        name: engine.backend === null ? engine.name : `${engine.name}, ${engine.backend}`,
        speeds: isTimed ? [engine.trainingSpeed] : [],
      })
    ),
    "",
    heading("devices that run ONNX (--device)", columns("training", "inference")),
    ...devices.flatMap((device) =>
      formatFinding(device, {
        name: device.name,
        speeds: isTimed ? [device.trainingSpeed, device.inferenceSpeed] : [],
      })
    ),
    "",
    ...wrap(`* is what auto takes.${isTimed ? ` ${ABOUT_SPEEDS}` : ""}`, WIDTH),
  ].join("\n");
}

const ABOUT_SPEEDS =
  "Speeds are images per second of the default VAE on random images of 28x28. Training: forward, " +
  "gradients and Adam, batches of 128. Inference: encoder and decoder, batches of 1024, from and " +
  "to the memory of the host.";

function heading(title: string, columns: readonly string[]): string {
  const names = columns.map((name) => name.padStart(SPEED_WIDTH));
  return `${title.padEnd(NAME_WIDTH + STATE_WIDTH + 2)}${names.join("")}`.trimEnd();
}

function formatFinding(
  { works, recommended, detail, reason, fix }: Finding,
  { name, speeds }: { name: string; speeds: readonly (number | null)[] },
): string[] {
  const state = works ? detail === null ? "works" : `works ${detail}` : "does not work";
  const [first, ...rest] = wrap(state, STATE_WIDTH - 2);
  const numbers = works ? speeds.map((speed) => formatSpeed(speed).padStart(SPEED_WIDTH)) : [];
  const more = [...reason === null ? [] : [reason], ...fix === null ? [] : [`fix: ${fix}`]];
  return [
    `${recommended ? "*" : " "} ${name.padEnd(NAME_WIDTH)}${first.padEnd(STATE_WIDTH)}` +
    numbers.join(""),
    ...rest.map((line) => " ".repeat(NAME_WIDTH + 2) + line),
    ...more.flatMap((text) => wrap(text, WIDTH - INDENT.length).map((line) => INDENT + line)),
  ].map((line) => line.trimEnd());
}

/** Three digits that tell something, thousands apart. */
function formatSpeed(speed: number | null): string {
  if (speed === null) return "-";
  const digits = Number(speed.toPrecision(3));
  return digits.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

function formatMachine(machine: Machine | null, versions: Diagnosis["versions"]): string[] {
  const packages = Object.entries(versions)
    .map(([name, version]) => version === null ? `${name} does not load` : `${name} ${version}`);
  const rows: [string, string][] = [["versions", packages.join(", ")]];
  if (machine === null) rows.push(["machine", "could not be described"]);
  else rows.push(...describe(machine));
  return rows.flatMap(([name, text]) => {
    const [first, ...rest] = wrap(text, WIDTH - 12);
    return [`${name.padEnd(12)}${first}`, ...rest.map((line) => " ".repeat(12) + line)];
  });
}

function describe({ os, osRelease, architecture, libc, processor, memory, nvidia }: Machine) {
  const { model, cores, threads } = processor;
  const { totalBytes, availableBytes, limitBytes } = memory;
  const list = (...parts: (string | null | false)[]) => parts.filter((part) => part).join(", ");
  return [
    ["system", list(`${os} ${architecture}`, osRelease && `kernel ${osRelease}`, libc)],
    [
      "processor",
      list(model, cores !== null && plural(cores, "core"), `${plural(threads, "thread")} at once`),
    ],
    [
      "memory",
      list(
        totalBytes !== null && formatBytes(totalBytes),
        availableBytes !== null && `${formatBytes(availableBytes)} available`,
        limitBytes !== null && `at most ${formatBytes(limitBytes)} for this container`,
      ) || "unknown",
    ],
    ["graphics", nvidia === null ? "no NVIDIA driver" : formatNvidia(nvidia)],
  ] as [string, string][];
}

function formatNvidia({ driver, cuda, cards }: Nvidia): string {
  const names = cards.map(({ name, memoryBytes, computeCapability }) =>
    [
      name,
      memoryBytes === null ? "" : `, ${formatBytes(memoryBytes)}`,
      computeCapability === null ? "" : `, compute capability ${computeCapability}`,
    ].join("")
  );
  return [
    names.join("; ") || "no NVIDIA card",
    `driver ${driver ?? "unknown"}${cuda === null ? "" : ` for CUDA up to ${cuda}`}`,
  ].join("; ");
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function formatBytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

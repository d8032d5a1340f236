import * as tf from "@tensorflow/tfjs-core";
import { createHash } from "node:crypto";
import type { NdArray } from "../../lib/array/ndarray.ts";
import type { Images, LabelledImages } from "../../lib/data/mod.ts";
import { encodeModel } from "../../lib/onnx/mod.ts";
import { reportFiles } from "../../lib/report/plot_report.ts";
import { encodeExamples } from "../../lib/run/examples.ts";
import { formatHistory } from "../../lib/run/history_file.ts";
import { encodeLatents } from "../../lib/run/latents_file.ts";
import type { RunDescription } from "../../lib/run/manifest.ts";
import { formatMetrics } from "../../lib/run/metrics_file.ts";
import {
  readRun,
  replaceRunFiles,
  RUN_FILES,
  type RunContents,
  writeRun,
} from "../../lib/run/run_folder.ts";
import { runtimeVersion, type SessionOptions } from "../../lib/runtime/mod.ts";
import { VERSION } from "../../lib/version.ts";
import type { PreparedData } from "../data/prepare_data.ts";
import type { MaybeLabelled, Need } from "../data/roles.ts";
import type { Trained } from "./train_system.ts";
import { platform } from "../../lib/platform/platform.ts";

/** Options for {@linkcode writeTrained}. */
export interface WriteTrainedOptions {
  /** The name of the system, as `--model` takes it. */
  system: string;
  /** What it was trained and scored on. */
  prepared: PreparedData<Need>;
  seed: number;
  /** The options that decide the result, by name. */
  options: RunDescription["options"];
  /** The words of the command that asked for it. */
  command: readonly string[];
  /** Replace the run that stands there. @default {false} */
  force?: boolean;
}

/** Writes the run folder of a trained system without its report, whole or not at all. */
export async function writeTrained(
  out: string,
  trained: Trained,
  { force = false, ...options }: WriteTrainedOptions,
): Promise<void> {
  await writeRun(out, runContents(trained, options), { force });
}

/**
 * Adds plots and report to a run folder, which is whole without them.
 *
 * @returns A sentence for each part that failed and was left out.
 */
export async function addReport(
  out: string,
  { session = {} }: { session?: SessionOptions } = {},
): Promise<readonly string[]> {
  try {
    const run = await readRun(out);
    const { files, failures } = await reportFiles(run, { session });
    await replaceRunFiles(run, files);
    return failures;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      `the report is missing: ${reason}; deno task report --run ${out} writes it again`,
    ];
  }
}

/** What the run folder of a trained system holds, but for its report. */
export function runContents(
  trained: Trained,
  { system, prepared, seed, options, command }: Omit<WriteTrainedOptions, "force">,
): RunContents {
  const { models, metrics, examples, latents, history, files = {} } = trained;
  const {
    classes,
    condition,
    latentDim,
    exportCheck,
    engine,
    stoppedEarly,
    layers,
    warnings,
    chosen,
  } = trained;
  const { data, scale, classNames, imageNames, trueLabels } = prepared;
  const roles = rolesOf(data);
  const text = new TextEncoder();
  return {
    files: {
      ...Object.fromEntries(
        Object.entries(models).map(([name, model]) => [name, encodeModel(model)]),
      ),
      ...files,
      ...files[RUN_FILES.labelling] && imageNames && {
        [RUN_FILES.imageNames]: text.encode(JSON.stringify(imageNames)),
      },
      [RUN_FILES.history]: text.encode(formatHistory(history)),
      [RUN_FILES.metrics]: text.encode(formatMetrics(metrics)),
      [RUN_FILES.examples]: encodeExamples(examples),
      ...latents && {
        [RUN_FILES.latents]: encodeLatents({ ...latents, ...trueLabels && { trueLabels } }),
      },
    },
    description: {
      system,
      imageShape: imagesOf(data.train).shape.slice(1) as [number, number, number],
      scale,
      ...classes && { classes: [...classes] },
      ...classNames && { classNames: [...classNames] },
      ...condition && { condition },
      ...latentDim && { latentDim },
      seed,
      options,
      chosen: chosen as RunDescription["options"],
      versions: {
        "glimpse": VERSION,
        [platform.runtime[0]]: platform.runtime[1],
        "onnxruntime-node": runtimeVersion(),
        "tensorflow.js": tf.version_core,
      },
      data: {
        sha256: hashOf(data),
        counts: Object.fromEntries(
          Object.entries(roles).map(([role, images]) => [role, imagesOf(images).shape[0]]),
        ),
      },
      date: new Date().toISOString(),
      command: [...command],
      engine,
      stoppedEarly,
      warnings: [...prepared.warnings, ...warnings ?? []],
      exportCheck: { ...exportCheck },
      layers: layers.map((layer) => ({ ...layer })),
    },
  };
}

type Role = Images | LabelledImages | MaybeLabelled;

/** The images of each role that there is. */
function rolesOf(data: PreparedData<Need>["data"]): Record<string, Role> {
  const roles: Record<string, Role | undefined> = {
    train: data.train,
    validation: data.validation,
    labelled: "labelled" in data ? data.labelled : undefined,
    test: data.test,
  };
  const found = Object.entries(roles).filter(([, images]) => images !== undefined);
  return Object.fromEntries(found) as Record<string, Role>;
}

function imagesOf(role: Role): NdArray {
  return "images" in role ? role.images : role;
}

/** The SHA-256 of the shapes, pixels and labels of all roles. */
export function hashOf(prepared: PreparedData<Need>["data"]): string {
  const hash = createHash("sha256");
  const add = ({ buffer, byteOffset, byteLength }: NdArray["data"]) => {
    const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    // No more at once than a hash takes.
    for (let at = 0; at < byteLength; at += 2 ** 26) {
      hash.update(bytes.subarray(at, at + 2 ** 26));
    }
  };
  for (const role of Object.values(rolesOf(prepared))) {
    const { shape, dtype, data } = imagesOf(role);
    hash.update(`${dtype} ${shape}`);
    add(data);
    if ("labels" in role && role.labels) add(role.labels);
  }
  return hash.digest("hex");
}

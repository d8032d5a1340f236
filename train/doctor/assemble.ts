import type { DeviceFinding, Diagnosis, EngineFinding, Finding, Machine } from "./diagnosis.ts";
import { VERSION } from "../../lib/version.ts";
import type { Answer, Choice } from "./message.ts";
import { ENGINE_PROBES } from "./probes.ts";

/** What all the probes said. */
export interface Answers {
  readonly machine: Machine | null;
  /** What `auto` takes; `null` if even that could not be found out. */
  readonly auto: Choice | null;
  /** By the name of the device. */
  readonly devices: Readonly<Record<string, Answer>>;
  /** In the order of `ENGINE_PROBES`. */
  readonly engines: readonly Answer[];
}

/** Puts the answers of all probes together. */
export function assemble({ machine, auto, devices, engines }: Answers): Diagnosis {
  const versions = [...Object.values(devices), ...engines].map(({ versions }) => versions ?? {});
  return {
    format: "glimpse-doctor",
    formatVersion: 1,
    machine,
    versions: {
      "glimpse": VERSION,
      "deno": Deno.version.deno,
      "onnxruntime-node": null,
      "tensorflow.js": null,
      ...Object.assign({}, ...versions),
    },
    engines: [
      onnxFinding(devices, auto),
      ...engines.map((answer, i): EngineFinding => {
        const { name, backend } = ENGINE_PROBES[i];
        return { ...finding(name, answer, auto?.engine), backend };
      }),
    ],
    devices: Object.entries(devices).map(([name, answer]): DeviceFinding => ({
      ...finding(name, answer, auto?.device),
      inferenceSpeed: answer.inferenceSpeed ?? null,
    })),
  };
}

/** The engine `onnx` is what the device is that `auto` takes, or else the processor. */
function onnxFinding(devices: Answers["devices"], auto: Choice | null): EngineFinding {
  const device = auto?.device ?? "cpu";
  const answer = devices[device];
  const works = answer.works && answer.trains !== false;
  const onDevice = { ...answer, works, ...works ? { detail: `on ${device}` } : {} };
  return { ...finding("onnx", onDevice, auto?.engine), backend: null };
}

function finding(name: string, answer: Answer, chosen: string | undefined): Finding {
  return {
    name,
    works: answer.works,
    recommended: name === chosen,
    detail: answer.detail ?? null,
    reason: answer.reason ?? null,
    fix: answer.fix ?? null,
    trainingSpeed: answer.trainingSpeed ?? null,
  };
}

import { InputError } from "../input_error.ts";
import { createSession, type Session } from "../runtime/session.ts";
import type { Port } from "../runtime/session_checks.ts";
import type { SessionOptions } from "../runtime/session_options.ts";
import type { Manifest } from "./manifest.ts";
import { type Run, RUN_FILES } from "./run_folder.ts";

/** The ONNX models of a run that commands use. */
export type RunModel =
  | "encoder"
  | "decoder"
  | "generator"
  | "prior"
  | "classifier"
  | "classifierUint8";

/** A size that any number fits. */
const FREE = undefined;

type Needed = Readonly<Record<string, readonly [type: string, ...sizes: (number | undefined)[]]>>;

/**
 * Opens one of a run's models.
 *
 * @throws {InputError} If it is missing or damaged, or takes or gives other arrays than the manifest
 * says.
 */
export async function openModel(
  run: Run,
  model: RunModel,
  options: SessionOptions = {},
): Promise<Session> {
  const name = `${run.dir}/${RUN_FILES[model]}`;
  const bytes = await run.read(RUN_FILES[model]);
  if (findBytes(bytes, EXTERNAL) >= 0) {
    throw new InputError(
      `Cannot use model "${name}": it has weights in another file, which no hash of the run covers, one that holds all of them is needed`,
    );
  }
  const session = await createSession(bytes, { ...options, name });
  const { inputs, outputs } = neededPorts(model, run.manifest);
  try {
    checkPorts(session.ports.inputs, inputs, { name, verb: "takes" });
    checkPorts(session.ports.outputs, outputs, { name, verb: "gives" });
    return session;
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** How the entry begins that says in which file a weight lies: `external_data` in ONNX's onnx.proto. */
const EXTERNAL = new TextEncoder().encode("\n\u0008location");

function findBytes(bytes: Uint8Array, wanted: Uint8Array): number {
  let at = -1;
  do at = bytes.indexOf(wanted[0], at + 1); while (
    at >= 0 && !wanted.every((byte, i) => bytes[at + i] === byte)
  );
  return at;
}

/** What a model takes and gives at least, as far as the manifest says. */
function neededPorts(
  model: RunModel,
  { imageShape, latentDim, classes, system }: Manifest,
): { readonly inputs: Needed; readonly outputs: Needed } {
  const z: Needed[string] = latentDim === undefined
    ? ["float32", FREE]
    : ["float32", FREE, latentDim];
  switch (model) {
    case "encoder":
      return { inputs: { images: ["float32", FREE, ...imageShape] }, outputs: {} };
    case "decoder":
    case "generator":
      // A conditional decoder gives what is missing of an image.
      return {
        inputs: { z },
        outputs: { images: system === "cvae" ? ["float32"] : ["float32", FREE, ...imageShape] },
      };
    case "prior":
      return { inputs: {}, outputs: {} };
    case "classifier":
    case "classifierUint8":
      return {
        inputs: {
          images: [model === "classifier" ? "float32" : "uint8", FREE, ...imageShape],
        },
        outputs: { label: ["int64", FREE], probabilities: ["float32", FREE, classes?.length] },
      };
  }
}

function checkPorts(
  ports: readonly Port[],
  needed: Needed,
  { name, verb }: { name: string; verb: "takes" | "gives" },
): void {
  for (const [port, [type, ...sizes]] of Object.entries(needed)) {
    const found = ports.find((other) => other.name === port);
    const shape = found?.shape ?? [];
    const fits = found?.type === type &&
      sizes.every((size, axis) => size === FREE || shape[axis] === size) &&
      (sizes.length <= 1 || sizes.length === shape.length);
    if (fits) continue;
    const described = found === undefined
      ? `no ${port}`
      : `${port} of ${found.type ?? "another kind"} [${shape}]`;
    throw new InputError(
      `Cannot use model "${name}": it ${verb} ${described}, ${type} [${
        sizes.map((size) => size ?? "any")
      }] is needed`,
    );
  }
}

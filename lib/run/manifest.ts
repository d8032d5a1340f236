import { z } from "zod";
import { InputError } from "../input_error.ts";

const FORMAT = "glimpse-run";
const FORMAT_VERSION = 2;

const count = z.int().nonnegative();
const size = z.int().positive();

const fileEntry = z.strictObject({
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The size and the SHA-256 of a file. */
export type FileEntry = z.infer<typeof fileEntry>;

const descriptionFields = {
  /** The name of the system in the table of systems, as `--model` takes it. */
  system: z.string(),
  /** `[height, width, channels]`. */
  imageShape: z.tuple([size, size, size]),
  /** What a pixel of the training images was divided by to come into [0, 1]. */
  scale: z.number().positive(),
  /** The labels that the classifier predicts or the decoder takes, ascending, where one does. */
  classes: z.array(z.int()).optional(),
  /** The names of labels 0, 1, …, if the classes have names that are no integers. */
  classNames: z.array(z.string()).optional(),
  /** What the decoder is given beside latent variables; absent where it takes them alone. */
  condition: z.enum(["label", "part"]).optional(),
  /** The number of latent variables; absent where there is no latent space. */
  latentDim: size.optional(),
  seed: count,
  /** The options of the training command, by name. */
  options: z.record(z.string(), z.json()),
  /** Options that the user left open, with the values that were chosen from the data. */
  chosen: z.record(z.string(), z.json()).optional(),
  /** The versions of Glimpse and of what it ran on, by name. */
  versions: z.record(z.string(), z.string()),
  /** What it was trained on. */
  data: z.strictObject({
    /** Of the pixels and labels of all roles. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/).optional(),
    /** The number of images by role: `train`, `validation`, `labelled`, `test`. */
    counts: z.record(z.string(), count),
  }),
  /** When it was written, in ISO 8601. */
  date: z.string(),
  /** The words of the command that wrote it. */
  command: z.array(z.string()),
  /** The engine that ran the training steps and its device, such as `onnx (cpu)`. */
  engine: z.string(),
  /** Whether training ended before the requested epochs. */
  stoppedEarly: z.boolean().optional(),
  /** What the user should know of the result, a sentence each. */
  warnings: z.array(z.string()).optional(),
  /** The greatest difference between each exported file and the network it was exported from. */
  exportCheck: z.record(z.string(), z.number().nonnegative()),
  /** The layers of the networks. */
  layers: z.array(z.strictObject({
    network: z.string(),
    layer: z.string(),
    type: z.string(),
    /** Without the batch. */
    outputShape: z.array(count).readonly(),
    parameters: count,
  })),
};

const schema = z.strictObject({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  ...descriptionFields,
  /** Every other file of the folder by its path in it. */
  files: z.record(z.string(), fileEntry),
});

/** The content of `manifest.json`. */
export type Manifest = z.infer<typeof schema>;

/** The part of a manifest that the writer of a run provides. */
export type RunDescription = Omit<Manifest, "format" | "formatVersion" | "files">;

/** A manifest with the files that a run folder holds, in the order of their names. */
export function createManifest(
  description: RunDescription,
  files: Readonly<Record<string, FileEntry>>,
): Manifest {
  const sorted = Object.entries(files).sort(([a], [b]) => a < b ? -1 : 1);
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    ...description,
    files: Object.fromEntries(sorted),
  };
}

/**
 * The text of `manifest.json`.
 *
 * @throws {Error} If the manifest is one that {@linkcode parseManifest} would not accept.
 */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(schema.parse(manifest), null, 2)}\n`;
}

/**
 * Parses the text of `manifest.json`.
 *
 * @param dir Names the run in messages.
 * @throws {InputError} If it is damaged, or of another format version.
 */
export function parseManifest(text: string, dir: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError(
      `Cannot read run "${dir}": its manifest.json is not JSON, the file that train wrote is needed`,
    );
  }
  const version = formatVersionOf(json);
  if (version !== undefined && version > FORMAT_VERSION) {
    throw new InputError(
      `Cannot read run "${dir}": it has format version ${version}, this Glimpse reads version ${FORMAT_VERSION} and must be updated`,
    );
  }
  if (version !== undefined && version < FORMAT_VERSION) {
    throw new InputError(
      `Cannot read run "${dir}": Glimpse ${
        writerOf(json)
      } wrote it in format version ${version}, ` +
        `version ${FORMAT_VERSION} is needed, so train it again`,
    );
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new InputError(
    `Cannot read run "${dir}": its manifest.json has a fault at "${
      path.join(".")
    }" (${message}), the file that train wrote is needed`,
  );
}

/** The format version of a parsed manifest; `undefined` where it is none. */
export function formatVersionOf(json: unknown): number | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { format, formatVersion } = json as Record<string, unknown>;
  return format === FORMAT && typeof formatVersion === "number" ? formatVersion : undefined;
}

function writerOf(json: unknown): string {
  const { versions } = json as { versions?: { glimpse?: unknown } };
  return typeof versions?.glimpse === "string" ? versions.glimpse : "of an unknown version";
}

import { dirname } from "node:path";
import { z } from "zod";
import { writeAll, writeFile } from "../../lib/files/atomic_write.ts";
import { explainFileError } from "../../lib/files/file_error.ts";
import { holdTemporary, tryLock, withSuffix } from "../../lib/files/temporaries.ts";
import { flagName } from "../../lib/command/flags.ts";
import { InputError } from "../../lib/input_error.ts";
import { VERSION } from "../../lib/version.ts";
import { readCheckpoint } from "../core/checkpoint.ts";
import { type FsFile, platform } from "../../lib/platform/platform.ts";

/** Says what is being trained; the other files are checkpoints and exported models. */
const DESCRIPTION_FILE = "training.json";

const schema = z.strictObject({
  format: z.literal("glimpse-partial"),
  /** The Glimpse that started it. */
  glimpse: z.string(),
  system: z.string(),
  /** Of the pixels and labels of all roles. */
  data: z.string(),
  /** The options that decide the result, by name. */
  options: z.record(z.string(), z.json()),
});

/** What decides the result of a training. */
export type PartialDescription = Pick<z.infer<typeof schema>, "system" | "data" | "options">;

/** What is asked for where a folder of an unfinished training may stand. */
export interface PartialOptions {
  /** Go on with it. @default {false} */
  readonly resume?: boolean;
  /** Start anew in its place. @default {false} */
  readonly force?: boolean;
  /** Of the time, for saving checkpoints, as {@linkcode CheckpointOptions} has it. */
  readonly share?: number;
}

/** The folder in which a training keeps what it has reached, beside its run folder to be. */
export interface PartialRun {
  readonly dir: string;
  /** The last epoch with a checkpoint; 0 without one. */
  epoch(): Promise<number>;
  /** Where the checkpoint of a phase goes, counted from 1. */
  checkpoint(phase: number): string;
  readonly share?: number | undefined;
  /** To be called with the first checkpoint: from then on the folder survives an interrupt. */
  keep(): void;
  /** Keeps a model. */
  addModel(name: string, bytes: Uint8Array): Promise<void>;
  /** The names of the models that it holds. */
  models(): readonly string[];
  /** Lets other processes open it. */
  close(): void;
  /** Closes and removes it, and the folders around it that were made for it and are empty. */
  remove(): Promise<void>;
}

/** The name of the folder of an unfinished training of a run. */
export function partialName(out: string): string {
  return withSuffix(out, ".partial");
}

/** Whether a training of a run can be gone on with. */
export async function isInterrupted(out: string): Promise<boolean> {
  return await lastEpoch(partialName(out)) > 0;
}

/** @throws {InputError} If another process trains a run, such as a trial that outlived its study. */
export async function checkFree(out: string): Promise<void> {
  const dir = partialName(out);
  if (await isFolder(dir)) lock(dir, out)?.close();
}

/**
 * Checks before the data is read whether a training may start, or go on.
 *
 * @throws {InputError} If an unfinished training stands there and neither option is given, another
 * process trains there, or there is nothing to go on with.
 */
export async function checkPartial(
  out: string,
  { resume = false, force = false }: PartialOptions,
): Promise<void> {
  const dir = partialName(out);
  const epoch = await lastEpoch(dir);
  if (resume && epoch === 0) {
    throw new InputError(
      `Cannot resume "${out}": there is no "${dir}" with a checkpoint, which a training leaves that was interrupted`,
    );
  }
  if (!await isFolder(dir)) return;
  await checkFree(out);
  if (epoch > 0 && !resume && !force) {
    throw new InputError(
      `Cannot train: "${dir}" holds a training that was interrupted after epoch ${epoch}, --resume goes on with it, --force starts anew`,
    );
  }
}

/**
 * Opens the folder of an unfinished training, a new one unless it is resumed. Until it is closed or
 * the process ends no other process can.
 *
 * @throws {InputError} As {@linkcode checkPartial} does, and if it is resumed with other data, other
 * options or another Glimpse.
 */
export async function openPartial(
  out: string,
  description: PartialDescription,
  options: PartialOptions,
): Promise<PartialRun> {
  await checkPartial(out, options);
  const dir = partialName(out);
  const path = `${dir}/${DESCRIPTION_FILE}`;
  let keep = () => {};
  let handle: FsFile | undefined;
  /** Folders that were not there, the innermost first. */
  const added: string[] = [];
  if (options.resume) {
    checkSame(await readDescription(path), description, out);
    handle = lock(dir, out);
  } else {
    try {
      if (await isFolder(dir)) await platform.remove(dir, { recursive: true });
      for (let parent = dirname(dir); !await isFolder(parent); parent = dirname(parent)) {
        added.push(parent);
      }
      await platform.mkdir(dirname(dir), { recursive: true });
      platform.mkdirSync(dir);
    } catch (error) {
      throw explainFileError(error, `train into "${out}"`);
    }
    handle = lock(dir, out);
    keep = holdTemporary(dir);
    const text = JSON.stringify({ format: "glimpse-partial", glimpse: VERSION, ...description });
    await writeFile(path, (file) => writeAll(file, new TextEncoder().encode(text)));
  }
  const close = () => {
    handle?.close();
    handle = undefined;
  };
  return {
    dir,
    keep,
    epoch: () => lastEpoch(dir),
    checkpoint: (phase) => `${dir}/phase-${phase}.npz`,
    share: options.share,
    addModel: (name, bytes) =>
      writeFile(`${dir}/${name}`, (file) => writeAll(file, bytes), { force: true }),
    models: () => [...platform.readDirSync(dir)].map(({ name }) => name).filter(isModel).sort(),
    close,
    async remove() {
      keep();
      await platform.remove(dir, { recursive: true });
      close();
      // A folder that holds the run by now, or anything else, cannot be removed.
      for (const parent of added) await platform.remove(parent).catch(() => {});
    },
  };
}

const isModel = (name: string) => name.endsWith(".onnx");

/** Locks the folder for this process; `undefined` where the system locks none. */
function lock(dir: string, out: string): FsFile | undefined {
  if (platform.build.os === "windows") return undefined; // does not open folders
  const handle = platform.openSync(dir);
  if (tryLock(handle) !== false) return handle;
  handle.close();
  throw new InputError(`Cannot train: another process is training into "${out}"`);
}

/** The last epoch of the checkpoints in a folder; 0 without one. */
async function lastEpoch(dir: string): Promise<number> {
  let phases: string[];
  try {
    phases = [...platform.readDirSync(dir)].map(({ name }) => name)
      .filter((name) => /^phase-\d+\.npz$/.test(name));
  } catch {
    return 0;
  }
  let epoch = 0;
  for (const name of phases) {
    const { history } = await readCheckpoint(`${dir}/${name}`);
    epoch = Math.max(epoch, history.at(-1)!.epoch);
  }
  return epoch;
}

async function readDescription(path: string): Promise<z.infer<typeof schema>> {
  const action = `resume from "${path}"`;
  try {
    return schema.parse(JSON.parse(await platform.readTextFile(path)));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      throw new InputError(`Cannot ${action}: it is not the file that train wrote`);
    }
    throw explainFileError(error, action);
  }
}

/** Throws unless a training would end as the one that was started. */
function checkSame(
  started: z.infer<typeof schema>,
  { system, data, options }: PartialDescription,
  out: string,
): void {
  const fail = (found: string): never => {
    throw new InputError(
      `Cannot resume "${out}": ${found}; --force instead of --resume starts anew`,
    );
  };
  if (started.glimpse !== VERSION) {
    fail(`Glimpse ${started.glimpse} started it, this is Glimpse ${VERSION}`);
  }
  if (started.system !== system) {
    fail(`it was started with --model ${started.system}, ${system} is given now`);
  }
  for (const name of new Set([...Object.keys(started.options), ...Object.keys(options)])) {
    const [before, now] = [started.options[name], options[name]]
      .map((value) => value === undefined ? "not given" : JSON.stringify(value));
    if (before !== now) fail(`${flagName(name)} was ${before} when it was started, now ${now}`);
  }
  if (started.data !== data) fail("its images or labels are not those that it was started with");
}

async function isFolder(dir: string): Promise<boolean> {
  return await platform.stat(dir).then(({ isDirectory }) => isDirectory, () => false);
}

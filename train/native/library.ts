import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { basename } from "node:path";
import type { CopyImages } from "../../lib/data/augment.ts";
import { InputError } from "../../lib/input_error.ts";
import { denoCommand } from "../../lib/setup/deno_command.ts";
import COPIES from "./program/c/copies.c" with { type: "text" };
import KERNELS from "./program/c/kernels.c" with { type: "text" };
import KERNEL_TYPES from "./program/c/kernels.h" with { type: "text" };
import { compile, type Compiler, FLAGS } from "./compiler.ts";

/** Where libraries are kept from run to run, for this user alone. */
export function cacheFolder(): string {
  const home = homedir() ?? ".";
  return Deno.build.os === "darwin" ? `${home}/Library/Caches/glimpse` : `${home}/.cache/glimpse`;
}

/** Options for {@linkcode builtLibrary}. */
export interface LibraryOptions {
  readonly compiler: Compiler;
  /** @default {cacheFolder()} */
  readonly folder?: string;
  /** @default {FLAGS} */
  readonly flags?: readonly string[];
}

/**
 * The shared library of a step: compiled, or from the cache, named by the hash of the text, the
 * compiler and the processor. A file beside it holds the hash of what was written. The kernels that
 * steps share are compiled once.
 *
 * @returns Its path.
 * @throws {InputError} If it does not compile, cannot be written, or is not what was written.
 */
export async function builtLibrary(source: string, options: LibraryOptions): Promise<string> {
  const object = await builtKernels(options);
  return await built(source, { ...options, extension: "so", objects: [object] });
}

let pending: Promise<unknown> = Promise.resolve();

/** The kernels that steps share, as an object; compiled once where several ask for it at a time. */
export function builtKernels(options: LibraryOptions): Promise<string> {
  const object = pending.then(() =>
    built(`${KERNEL_TYPES}${KERNELS}${COPIES}`, {
      ...options,
      extension: "o",
      check: (object) => checkKernels(object, options),
    })
  );
  pending = object.catch(() => {});
  return object;
}

async function built(
  source: string,
  { compiler, folder = cacheFolder(), flags = FLAGS, extension, objects = [], check }:
    & LibraryOptions
    & {
      extension: "o" | "so";
      /** Is called with what was compiled, before it is kept. */
      check?: (path: string) => Promise<void>;
      objects?: readonly string[];
    },
): Promise<string> {
  const { version, target } = compiler;
  const name = hash(
    new TextEncoder().encode(
      [version, target, ...flags, ...objects.map((path) => basename(path)), source].join("\0"),
    ),
  );
  const path = `${folder}/${name}.${extension}`;
  try {
    const [library, kept] = await Promise.all([readOrNull(path), readOrNull(`${path}.sha256`)]);
    if (library !== null && kept !== null) {
      if (hash(library) === new TextDecoder().decode(kept)) return path;
      throw new InputError(
        `Cannot use "${path}": it is not what was compiled, remove it to compile it again`,
      );
    }
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const aside = await Deno.makeTempFile({ dir: folder, prefix: "new-", suffix: `.${extension}` });
    try {
      await compile(compiler, { source, out: aside, objects, flags });
      await check?.(aside);
      await Deno.chmod(aside, 0o700);
      await Deno.writeTextFile(`${aside}.sha256`, hash(await Deno.readFile(aside)), {
        mode: 0o600,
      });
      await Deno.rename(`${aside}.sha256`, `${path}.sha256`);
      await Deno.rename(aside, path);
    } catch (error) {
      for (const file of [aside, `${aside}.sha256`]) await Deno.remove(file).catch(() => {});
      throw error;
    }
    return path;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `Cannot keep compiled steps in "${folder}": ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/**
 * Runs the compiled kernels in a process of their own, where Deno may be started: a compiler can take
 * the processor for one that knows more instructions, as virtual machines make it do.
 *
 * @throws {InputError} If they fail.
 */
async function checkKernels(object: string, { compiler, flags }: LibraryOptions): Promise<void> {
  const out = `${object}.so`;
  await compile(compiler, { source: "", out, objects: [object], ...flags && { flags } });
  const trial = `const { symbols } = Deno.dlopen(${JSON.stringify(out)}, {
  kernels_work: { parameters: [], result: "i32" },
});
if (symbols.kernels_work() !== 1) throw new Error("kernels give wrong numbers");`;
  try {
    const { success, code, signal, stderr } = await new Deno.Command(await denoCommand(), {
      args: ["eval", trial],
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    if (success) return;
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    const [reason = ""] = new TextDecoder().decode(stderr).match(/(?<=error: ).+/) ?? [];
    throw new InputError(
      `Cannot compile: what ${compiler.command} compiles for this processor does not run here, a ` +
        `trial ended ${how}${reason === "" ? "" : `, ${reason}`}`,
    );
  } catch (error) {
    const { NotFound, NotCapable } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof NotCapable)) throw error;
  } finally {
    await Deno.remove(out).catch(() => {});
  }
}

const COPY = {
  parameters: ["buffer", "buffer", "buffer", "buffer", "i64", "i64", "i64", "i64"],
  result: "void",
} as const;

const SYMBOLS = {
  copy_bytes: COPY,
  copy_floats: COPY,
  glimpse_run: {
    parameters: ["buffer", "buffer", "buffer", "buffer", "i64", "i32"],
    result: "i32",
    nonblocking: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** A compiled step that is loaded. */
export type StepLibrary = Deno.DynamicLibrary<typeof SYMBOLS>;

/** @throws {InputError} If the library does not load. */
export function openLibrary(path: string): StepLibrary {
  try {
    return Deno.dlopen(path, SYMBOLS);
  } catch (error) {
    throw new InputError(
      `Cannot load "${path}": ${(error as Error).message}, remove it to compile it again`,
      { cause: error },
    );
  }
}

/** Transforms augmented copies by the kernels of a library. */
export function copyImagesBy({ symbols: { copy_bytes, copy_floats } }: StepLibrary): CopyImages {
  return ({ dtype, shape, data }, rows, transforms, copies) => {
    const copy = dtype === "uint8" ? copy_bytes : copy_floats;
    const [height, width, channels] = shape.slice(1).map(BigInt);
    const [from, of, by, to] = [data, rows, transforms, copies] as Uint8Array<ArrayBuffer>[];
    copy(
      from,
      of as BufferSource,
      by as BufferSource,
      to,
      BigInt(rows.length),
      height,
      width,
      channels,
    );
  };
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function readOrNull(path: string): Promise<Uint8Array | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

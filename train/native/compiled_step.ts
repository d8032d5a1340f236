import type { CopyImages } from "../../lib/data/augment.ts";
import type { NdArray } from "../../lib/array/ndarray.ts";
import type { LoweredStep } from "./lower.ts";
import { epochSeed } from "../record/random/draws.ts";
import { drawSeedOf } from "./rules/random.ts";
import { copyImagesBy, openLibrary, type StepLibrary } from "./library.ts";

/** The alignment of memory, in bytes. */
const ALIGNMENT = 64;

/** The arrays that some steps take. */
export interface StepInputs {
  /** What varies by step, and the arrays that rows are taken from, by name. */
  readonly given: Readonly<Record<string, NdArray>>;
  /** The row of each example, `[steps, batchSize]`. */
  readonly indices: NdArray<"int32">;
}

/** A compiled step with the memory that it works in. */
export class CompiledStep {
  readonly copyImages: CopyImages;
  readonly #lowered: LoweredStep;
  readonly #library: StepLibrary;
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #threads: number;

  /** @param values The variables, by name. */
  constructor(
    lowered: LoweredStep,
    { path, threads, values }: {
      path: string;
      threads: number;
      values: Readonly<Record<string, NdArray>>;
    },
  ) {
    this.#lowered = lowered;
    this.#library = openLibrary(path);
    this.copyImages = copyImagesBy(this.#library);
    this.#threads = threads;
    const bytes = lowered.bytes + threads * lowered.scratch;
    const whole = new Uint8Array(bytes + ALIGNMENT);
    const address = Deno.UnsafePointer.value(Deno.UnsafePointer.of(whole));
    const start = Number(
      (BigInt(ALIGNMENT) - BigInt(address) % BigInt(ALIGNMENT)) % BigInt(ALIGNMENT),
    );
    this.#memory = whole.subarray(start, start + bytes);
    for (const { name, offset, value: { node } } of lowered.places) {
      this.#write(offset, (node.kind === "given" && node.array) || values[name]);
    }
  }

  /** Gives the variables other values, by name. */
  setVariables(values: Readonly<Record<string, NdArray>>): void {
    for (const { name, offset, value: { node } } of this.#lowered.places) {
      if (node.kind === "given" && node.role === "variable") this.#write(offset, values[name]);
    }
  }

  #write(offset: number, { data: { buffer, byteOffset, byteLength } }: NdArray): void {
    this.#memory.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
  }

  /** Starts the random numbers of an epoch. */
  startEpoch(epoch: number): void {
    for (const { state, seed } of this.#draws()) state.set([epochSeed(seed, epoch), 0]);
  }

  /** Takes steps; gives each loss by step. */
  async run({ given, indices }: StepInputs): Promise<Record<string, Float32Array>> {
    const { given: names, lossNames } = this.#lowered;
    const [steps] = indices.shape;
    const losses = new Float32Array(lossNames.length * steps);
    const arrays = names.map((name) => given[name].data as Float32Array<ArrayBuffer>);
    const table = BigUint64Array.from(
      arrays,
      // Small arrays are moved by V8, unless their buffer was asked for.
      ({ buffer, byteOffset }) =>
        BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(buffer))) + BigInt(byteOffset),
    );
    await this.#library.symbols.glimpse_run(
      this.#memory,
      table as BufferSource as ArrayBuffer,
      indices.data as Int32Array<ArrayBuffer>,
      losses,
      BigInt(steps),
      this.#threads,
    );
    // The arrays of the table must live until here.
    if (arrays.length !== table.length) throw new Error("Cannot run: an array is gone");
    for (const { state } of this.#draws()) state[1] += steps;
    return Object.fromEntries(
      lossNames.map((name, i) => [name, losses.slice(i * steps, (i + 1) * steps)]),
    );
  }

  /** The values of the variables, by name. */
  variables(): Record<string, NdArray> {
    return Object.fromEntries(
      this.#lowered.places.flatMap(({ name, offset, value: { dtype, size, node } }) => {
        if (node.kind !== "given" || node.role !== "variable") return [];
        const bytes = this.#memory.slice(offset, offset + size * (dtype === "bool" ? 1 : 4));
        const data = dtype === "float32"
          ? new Float32Array(bytes.buffer)
          : dtype === "int32"
          ? new Int32Array(bytes.buffer)
          : bytes;
        return [[name, { dtype, shape: node.shape, data } as NdArray]];
      }),
    );
  }

  #draws(): { state: Int32Array; seed: number }[] {
    const { buffer, byteOffset } = this.#memory;
    return this.#lowered.places.flatMap(({ name, offset }) => {
      const seed = drawSeedOf(name);
      return seed === undefined
        ? []
        : [{ seed, state: new Int32Array(buffer, byteOffset + offset, 2) }];
    });
  }

  /** Closes the library; the memory is freed with this object. */
  dispose(): void {
    this.#library.close();
  }
}

import { type DType, type NdArray, sizeOf } from "../../../lib/array/ndarray.ts";
import { type Graph, GraphBuilder, operatorOf, type Value } from "../../../lib/onnx/mod.ts";
import { type Session } from "../../../lib/runtime/mod.ts";
import {
  type Constant,
  dependsOnInput,
  type Operation,
  reachableOperations,
  resolve,
  type Result,
  setValues,
  type Source,
} from "../recording/operation.ts";
import type { Recorded } from "../recording/recorded.ts";
import { SessionCache } from "./session_cache.ts";

/** A recorded tensor whose values are not known. */
export interface Pending extends Recorded {
  readonly source: Result;
}

/**
 * Computes recorded results with ONNX Runtime and keeps their values. What is asked for is computed
 * together with all else that tensors stand for, as they are after a training step: the loss that
 * is read, and the weights that the next step starts from. So nothing is computed twice, and no
 * history grows behind tensors that are never read.
 */
export class Evaluator {
  readonly #sessions = new SessionCache();
  readonly #live: () => Iterable<Pending>;
  readonly #wanted = new Set<Pending>();
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param live The results that tensors stand for. */
  constructor(live: () => Iterable<Pending>) {
    this.#live = live;
  }

  /** The number of compiled graphs held. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /**
   * Computes a result, together with all that are asked for before its turn comes.
   *
   * @throws {Error} If ONNX Runtime cannot run what was recorded.
   */
  compute(pending: Pending): Promise<void> {
    this.#wanted.add(pending);
    this.#next ??= this.#last.then(() => {
      const wanted = [...this.#wanted];
      this.#wanted.clear();
      this.#next = undefined;
      return this.#computeAll(wanted);
    });
    // A failure is reported to whoever asked; it must not stop the next.
    this.#last = this.#next.catch(() => {});
    return this.#next;
  }

  /** Releases what was compiled. */
  async dispose(): Promise<void> {
    await this.#last;
    await this.#sessions.clear();
  }

  async #computeAll(wanted: readonly Pending[]): Promise<void> {
    const others = [...this.#live()].filter(({ source }) => !dependsOnInput(source));
    try {
      await this.#run([...wanted, ...others]);
    } catch (error) {
      // What fails may be something that nobody asked for.
      if (others.every((other) => wanted.some(({ source }) => source === other.source))) {
        throw error;
      }
      await this.#run(wanted);
    }
  }

  async #run(wanted: readonly Pending[]): Promise<void> {
    const program = new Program(wanted);
    const { results } = program;
    if (results.length === 0) return;
    let outputs: Record<string, NdArray>;
    try {
      const session: Session = await this.#sessions.get(program.key, () => program.graph());
      outputs = await session.run(program.feeds);
    } catch (error) {
      const kernels = new Set(program.operations.map(({ kernel }) => kernel));
      throw new Error(`Cannot compute what kernels ${[...kernels].join(", ")} recorded: ${error}`, {
        cause: error,
      });
    }
    results.forEach(({ source, shape, dtype }, i) => {
      const array = outputs[`output_${i}`];
      if (array.dtype !== dtype || `${array.shape}` !== `${shape}`) {
        throw new Error(
          `Cannot use the result of kernel "${source.operation.kernel}": it is ${array.dtype}[${array.shape}], its rule promised ${dtype}[${shape}]`,
        );
      }
      setValues(source, array);
    });
  }
}

function isUnknown({ source }: Recorded): boolean {
  return resolve(source) === source;
}

/** Constants up to this many elements are part of a program; larger ones are fed to it. */
const INLINE_ELEMENTS = 64;

/** Recorded operations, apart from the data they work on. */
class Program {
  readonly operations: readonly Operation[];
  readonly results: readonly Pending[];
  /** Equal for programs that differ only in their data. */
  readonly key: string;
  readonly #feeds = new Map<NdArray, string>();

  constructor(wanted: readonly Pending[]) {
    const unknown = wanted.filter(isUnknown).map((pending) => {
      const { operation, index } = pending.source;
      return [`${operation.id}.${index}`, pending] as const;
    });
    // In the order of recording: the same function gives the same key every time.
    this.results = [...new Map(unknown).values()].sort((a, b) =>
      a.source.operation.id - b.source.operation.id || a.source.index - b.source.index
    );
    this.operations = reachableOperations(this.results.map(({ source }) => source));
    this.key = this.#describe();
  }

  get feeds(): Record<string, NdArray> {
    return Object.fromEntries([...this.#feeds].map(([array, name]) => [name, array]));
  }

  /** The program as a graph whose inputs are its data. */
  graph(): Graph {
    const builder = new GraphBuilder({ name: "evaluation" });
    for (const [{ dtype, shape }, name] of this.#feeds) builder.input(name, dtype, shape);
    const values = new Map<Operation, Value[]>();
    const valueOf = (operand: Source | null): Value | null => {
      if (operand === null) return null;
      const source = resolve(operand);
      if (source.kind === "result") return values.get(source.operation)![source.index];
      const { array } = source as Constant;
      const name = this.#feeds.get(array);
      return name === undefined ? builder.constant(array) : { name };
    };
    for (const operation of this.operations) {
      const { opType, operands, attributes, outputCount } = operation;
      values.set(operation, builder.node(opType, operands.map(valueOf), attributes, outputCount));
    }
    this.results.forEach(({ source, shape, dtype }, i) => {
      builder.output(`output_${i}`, valueOf(source)!, dtype as DType, shape);
    });
    return builder.build();
  }

  #describe(): string {
    const positions = new Map(this.operations.map((operation, i) => [operation, i]));
    const describe = (operand: Source | null): string => {
      if (operand === null) return "";
      const source = resolve(operand);
      if (source.kind === "result") return `${positions.get(source.operation)}.${source.index}`;
      const { array, isData } = source as Constant;
      const type = `${array.dtype}[${array.shape}]`;
      if (!isData && sizeOf(array.shape) <= INLINE_ELEMENTS) return `${type}{${array.data}}`;
      const name = this.#feeds.get(array) ?? `input_${this.#feeds.size}`;
      this.#feeds.set(array, name);
      return `${name}:${type}`;
    };
    const lines = this.operations.map(({ id, opType, operands, attributes, outputCount }) => {
      // A session continues its random stream from run to run; each draw must start from its seed.
      const instance = operatorOf(opType).random ? `#${id}` : "";
      const list = operands.map(describe).join();
      return `${outputCount}=${opType}${instance}(${list})${describeAttributes(attributes)}`;
    });
    return [...lines, ...this.results.map(({ source }) => describe(source))].join("\n");
  }
}

function describeAttributes(attributes: Operation["attributes"]): string {
  // -0, infinities and NaN, which JSON does not know, keep apart from each other and from null.
  return JSON.stringify(attributes, (_, value) => {
    if (value instanceof Map) return [...value];
    if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array, String);
    if (typeof value !== "number" || (Number.isFinite(value) && value !== 0)) return value;
    return Object.is(value, -0) ? "-0" : String(value);
  });
}

import { COMBINES } from "./builder.ts";
import { C_TYPES, type Combine, type MapNode, PARTS, type ReduceNode, type Value } from "./ir.ts";
import { type Access, type Loops, loopsOf, type LoopValue } from "./loops.ts";
import { isNumber } from "./views.ts";

/** How a group is cut into tasks. */
export interface GroupCut {
  /** The rounds of the outermost loop, where the batch decides them. */
  readonly rows?: number | undefined;
  /** Whether the outermost loop runs from `from` to `to`; all of it otherwise. */
  readonly isCut: boolean;
}

/** The rounds of the outermost loop of a group. */
export function roundsOf(values: readonly LoopValue[], rows?: number): number {
  return loopsOf(values, rows).sizes[0] ?? 1;
}

/**
 * The nest of loops that computes a group: each element of each value once, kept in memory where
 * `isKept`.
 */
export function emitGroup(
  values: readonly LoopValue[],
  { rows, isCut, isKept }: GroupCut & { isKept: (value: Value) => boolean },
): string[] {
  return new GroupWriter(values, loopsOf(values, rows), isCut, isKept).write();
}

class GroupWriter {
  readonly #lines: string[] = [];
  readonly #names = new Map<string, string>();

  constructor(
    readonly values: readonly LoopValue[],
    readonly loops: Loops,
    readonly isCut: boolean,
    readonly isKept: (value: Value) => boolean,
  ) {}

  write(): string[] {
    const { sizes } = this.loops;
    const inner = sizes.length - 1;
    for (const value of this.#reductions()) this.#start(value, -1);
    this.#loads(-1);
    sizes.forEach((size, loop) => {
      const locals = this.#locals().filter((value) => this.#firstSummed(value) === loop);
      for (const value of locals) {
        this.#line(`${C_TYPES[value.dtype]} ${local(value)} = ${startOf(value)};`, loop);
      }
      if (loop === inner) this.#line(this.#pragma(), loop);
      const [from, to] = loop === 0 && this.isCut ? ["from", "to"] : ["0", size];
      this.#line(`for (long i${loop} = ${from}; i${loop} < ${to}; i${loop}++) {`, loop);
      for (const value of this.#reductions()) this.#start(value, loop);
      this.#loads(loop);
    });
    for (const value of this.values) this.#element(value, sizes.length);
    for (let loop = inner; loop >= 0; loop--) {
      this.#line("}", loop);
      for (const value of this.#locals()) {
        if (this.#firstSummed(value) === loop) this.#finish(value, loop);
      }
    }
    return this.#lines;
  }

  /** Lines end up in the order of the loops: what starts a loop comes when it is opened. */
  #line(text: string, depth: number): void {
    if (text !== "") this.#lines.push("  ".repeat(depth + 1) + text);
  }

  /** Vector code; not for extremes, which NaN must pass through. */
  #pragma(): string {
    const clauses = this.#locals().map((value) => {
      const operator = OPERATORS[combineOf(value)];
      return operator && ` reduction(${operator}:${local(value)})`;
    });
    return clauses.includes(undefined) ? "" : `#pragma omp simd${clauses.join("")}`;
  }

  #reductions(): LoopValue[] {
    return this.values.filter(({ node }) => node.kind === "reduce");
  }

  /** Reductions of the innermost loop, which are summed in a local variable. */
  #locals(): LoopValue[] {
    return this.#reductions().filter((value) => this.loops.reduced.get(value)!.at(-1));
  }

  /** The outermost of the loops, up to the innermost one, that all reduce. */
  #firstSummed(value: Value): number {
    const reduced = this.loops.reduced.get(value)!;
    return reduced.lastIndexOf(false) + 1;
  }

  /** Sets what a reduction adds to in memory, before the first loop that it reduces. */
  #start(value: LoopValue, loop: number): void {
    const reduced = this.loops.reduced.get(value)!;
    const last = reduced.at(-1) ? this.#firstSummed(value) : reduced.length;
    const isInMemory = reduced.slice(0, last).includes(true);
    if (!isInMemory || reduced.indexOf(true) !== loop + 1) return;
    const { strides } = this.loops.writes.get(value)!;
    const inner = this.loops.sizes
      .map((size, i) => ({ size, stride: strides[i], i }))
      .filter(({ i, stride }) => i > loop && stride !== 0);
    const opened = inner.map(({ size, i }) => `for (long i${i} = 0; i${i} < ${size}; i${i}++) `);
    this.#line(`${opened.join("")}${this.#place(value)} = ${startOf(value)};`, loop + 1);
  }

  #finish(value: LoopValue, loop: number): void {
    const isWhole = !this.loops.reduced.get(value)!.slice(0, loop).includes(true);
    this.#line(
      isWhole
        ? `${this.#place(value)} = ${local(value)};`
        : `${this.#place(value)} = ${this.#combined(value, this.#place(value), local(value))};`,
      loop,
    );
  }

  #combined(value: LoopValue, a: string, b: string): string {
    return COMBINES[combineOf(value)].of(a, b);
  }

  /** Reads from memory what varies with a loop and none inside it. */
  #loads(loop: number): void {
    for (const reads of this.loops.reads.values()) {
      reads.forEach((access) => {
        if (access === undefined) return;
        const last = access.strides.findLastIndex((stride) => stride !== 0);
        if (last !== loop) return;
        const place = element(access);
        if (this.#names.has(place)) return;
        const name = `x${this.#names.size}`;
        this.#names.set(place, name);
        this.#line(`const ${C_TYPES[access.value.dtype]} ${name} = ${place};`, loop + 1);
      });
    }
  }

  #element(value: LoopValue, depth: number): void {
    const { node } = value;
    const reads = this.loops.reads.get(value)!;
    const operands = node.operands.map((view, i) =>
      reads[i] !== undefined
        ? this.#names.get(element(reads[i]))!
        : isNumber(view.value)
        ? `(${(view.value.node as MapNode).expression()})`
        : local(view.value)
    );
    if (node.kind === "map") {
      const type = C_TYPES[value.dtype];
      this.#line(`const ${type} ${local(value)} = ${node.expression(...operands)};`, depth);
      if (this.isKept(value)) this.#line(`${this.#place(value)} = ${local(value)};`, depth);
      return;
    }
    const isLocal = this.loops.reduced.get(value)!.at(-1);
    const sum = isLocal ? local(value) : this.#place(value);
    this.#line(`${sum} = ${this.#combined(value, sum, operands[0])};`, depth);
  }

  /** Where a value's element is kept; of a reduction in parts, in the part of the task. */
  #place(value: LoopValue): string {
    const access = this.loops.writes.get(value)!;
    const { node } = value;
    const part = node.kind === "reduce" && node.inParts ? value.size / PARTS : 0;
    return element(access, part === 0 ? "" : `task * ${part}`);
  }
}

/** What OpenMP calls a reduction. */
const OPERATORS: Partial<Record<Combine, string>> = { sum: "+", product: "*" };

function combineOf({ node }: LoopValue): Combine {
  return (node as ReduceNode).combine;
}

function startOf(value: LoopValue): string {
  return COMBINES[combineOf(value)].start[value.dtype];
}

function local({ id }: Value): string {
  return `e${id}`;
}

function element({ value, offset, strides }: Access, base = ""): string {
  const terms = strides.flatMap((stride, loop) =>
    stride === 0 ? [] : [stride === 1 ? `i${loop}` : `i${loop} * ${stride}`]
  );
  if (base !== "") terms.unshift(base);
  if (offset !== 0) terms.push(`${offset}`);
  return `v${value.id}[${terms.join(" + ") || "0"}]`;
}

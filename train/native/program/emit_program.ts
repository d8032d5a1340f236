import { emitGroup, roundsOf } from "./emit_group.ts";
import { C_TYPES, PARTS, type Program, type Value, type View } from "./ir.ts";
import type { Memory } from "./memory.ts";
import type { Call, Family, Group, Item, Slot } from "./schedule.ts";
import kernels from "./c/kernels.h" with { type: "text" };
import loops from "./c/loops.c" with { type: "text" };
import math from "./c/math.c" with { type: "text" };
import threads from "./c/threads.c" with { type: "text" };

/** Writes a step as one C translation unit. */
export function emitProgram(
  program: Program,
  slots: readonly Slot[],
  memory: Memory,
  perStep: readonly Value[],
): { source: string; scratch: number } {
  return new ProgramWriter(program, slots, memory, perStep).write();
}

class ProgramWriter {
  /** Of each value its declaration, by name. */
  readonly #places: ReadonlyMap<string, string>;
  readonly #functions: string[] = [];
  #count = 0;
  #scratch = 64;

  constructor(
    readonly program: Program,
    readonly slots: readonly Slot[],
    readonly memory: Memory,
    perStep: readonly Value[],
  ) {
    this.#places = new Map([
      ...[...memory.offsets].map(([{ id, dtype, node }, offset]): [string, string] => [
        `v${id}`,
        `  ${C_TYPES[dtype]} *const v${id} = (void *)(job->arena + ${offset}L);${
          // Not by its name, which may count through a process: the text names the library.
          node.kind === "given" ? ` /* ${node.role} [${node.shape}] */` : ""}`,
      ]),
      ...perStep.map(({ id, dtype, size }, i): [string, string] => [
        `v${id}`,
        `  const ${C_TYPES[dtype]} *const v${id} = (const ${
          C_TYPES[dtype]
        } *)job->given[${i}] + step * ${size}L;`,
      ]),
    ]);
  }

  write(): { source: string; scratch: number } {
    const slots = this.slots.map((slot, i) => this.#slot(slot, i));
    const names = slots.map((_, i) => i);
    const source = [
      math,
      kernels,
      loops,
      `enum { SLOTS = ${slots.length}, ARENA = ${this.memory.bytes}, SCRATCH = ${this.#scratch} };`,
      "struct job;",
      "static void (*const PARALLEL[SLOTS])(const struct job *, long, int, char *);",
      "static void (*const SERIAL[SLOTS])(const struct job *, long, char *);",
      "static const int TASKS[SLOTS];",
      threads,
      "",
      ...this.#functions,
      ...slots.flatMap(({ text }) => [...text, ""]),
      `static const int TASKS[SLOTS] = { ${slots.map(({ tasks }) => tasks).join(", ")} };`,
      `static void (*const PARALLEL[SLOTS])(const struct job *, long, int, char *) = {`,
      `  ${names.map((i) => `slot_${i}`).join(", ")} };`,
      `static void (*const SERIAL[SLOTS])(const struct job *, long, char *) = {`,
      `  ${names.map((i) => `after_${i}`).join(", ")} };`,
      "",
    ].join("\n");
    return { source, scratch: this.#scratch };
  }

  /** The function of a slot's tasks, and that of what comes after them. */
  #slot({ families, serial }: Slot, index: number): { text: string[]; tasks: number } {
    let tasks = 0;
    const parallel = families.flatMap((family) => {
      const calls = family.items.map((item) =>
        `${this.#function(item, family)}(job, step, task, scratch);`
      );
      const end = tasks + family.tasks;
      const lines = [
        `  if (task < ${end}) {`,
        ...tasks === 0 ? [] : [`    task -= ${tasks};`],
        ...calls.map((call) => `    ${call}`),
        "    return;",
        "  }",
      ];
      tasks = end;
      return lines;
    });
    const isLast = index === this.slots.length - 1;
    const text = [
      `static void slot_${index}(const struct job *job, long step, int task, char *scratch) {`,
      ...parallel,
      "}",
      `static void after_${index}(const struct job *job, long step, char *scratch) {`,
      ...serial.map((item) => `  ${this.#function(item)}(job, step, 0, scratch);`),
      ...isLast ? this.#end() : [],
      "}",
    ];
    return { text, tasks };
  }

  /** The end of a step: losses, and variables that are not updated in place. */
  #end(): string[] {
    const losses = Object.values(this.program.losses).map(({ value, offset }, i) =>
      `  job->losses[${i} * job->steps + step] = v${value.id}[${offset}];`
    );
    const copies = [...this.memory.copies].map(([variable, value]) =>
      `  memcpy(v${variable.id}, v${value.id}, sizeof(*v${value.id}) * ${value.size}L);`
    );
    return this.#withPlaces([...losses, ...copies]);
  }

  /** Before a body where the values are that it names: looked up in a loop, they would slow it. */
  #withPlaces(body: readonly string[]): string[] {
    const ids = new Set(body.join("\n").match(/\bv\d+\b/g));
    return [...[...ids].map((id) => this.#places.get(id)!), ...body];
  }

  /** Writes the function of an item and gives its name. */
  #function(item: Item, family?: Family): string {
    const number = this.#count++;
    const { name, body } = item.kind === "group"
      ? this.#group(item, number, family)
      : this.#call(item, number, family);
    this.#functions.push(
      `ITEM void ${name}(const struct job *job, long step, int task, char *scratch) {`,
      ...this.#withPlaces(body),
      "}",
      "",
    );
    return name;
  }

  #group({ values }: Group, number: number, family?: Family) {
    const rows = family?.isBatch ? this.program.batchSize : undefined;
    const labels = values.map(({ node }) => node.label);
    const shown = labels.length > 12 ? [...labels.slice(0, 12), "…"] : labels;
    return {
      name: `group_${number}`,
      body: [
        `  /* ${shown.join(", ")} */`,
        ...family === undefined ? [] : [range(roundsOf(values, rows), rows)],
        ...emitGroup(values, { rows, isCut: family !== undefined, isKept: this.memory.isKept }),
      ],
    };
  }

  #call({ node, results }: Call, number: number, family?: Family) {
    const { work, operands, label, scratch = 0 } = node;
    this.#scratch = Math.max(this.#scratch, scratch);
    const body = node.body({
      operands: operands.map(address),
      results: results.map(nameOf),
    });
    const isCut = family !== undefined && typeof work === "object" && "rows" in work;
    const rows = family?.isBatch ? this.program.batchSize : undefined;
    return {
      name: `${label.replace(/\W/g, "_")}_${number}`,
      body: [
        ...isCut ? [range(work.rows, rows)] : [],
        ...body.split("\n").map((line) => `  ${line}`),
      ],
    };
  }
}

/**
 * The rounds of a task. Where they are rows of the batch, a task takes the same rows of all items,
 * however many rounds a row has: an item reads what the one before it wrote, without waiting.
 */
function range(rounds: number, rows = rounds): string {
  const each = rounds / rows;
  if (!Number.isInteger(each)) throw new Error(`Cannot cut ${rounds} rounds by ${rows} rows`);
  const bound = (task: string) => `${task} * ${rows}L / ${PARTS}${each === 1 ? "" : ` * ${each}`}`;
  return `  const long from = ${bound("task")}, to = ${bound("(task + 1)")};`;
}

function address({ value, offset }: View): string {
  return offset === 0 ? nameOf(value) : `(${nameOf(value)} + ${offset})`;
}

/** What has no elements has no place; its address is not read from. */
function nameOf({ id, size, dtype }: Value): string {
  return size === 0 ? `((${C_TYPES[dtype]} *)job->arena)` : `v${id}`;
}

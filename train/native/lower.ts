import { sizeOf } from "../../lib/array/ndarray.ts";
import { InputError } from "../../lib/input_error.ts";
import { originOf, recordedKernels, type Recording } from "../record/mod.ts";
import { isVariable } from "../record/recording/recording.ts";
import type { KernelNode, Recorded } from "../record/recording/recorded.ts";
import { Builder } from "./program/builder.ts";
import { emitProgram } from "./program/emit_program.ts";
import { C_TYPES, type Program, type Value, type ValueType, type View } from "./program/ir.ts";
import { planMemory } from "./program/memory.ts";
import { dense, describe } from "./program/views.ts";
import { C_RULES } from "./rules/mod.ts";
import { randoms } from "./rules/random.ts";
import type { ResultType } from "./rules/rule.ts";
import { schedule } from "./program/schedule.ts";

/** The element type of each array that a step takes batches of rows from. */
export type RowTypes = Readonly<Record<string, "uint8" | "int32" | "float32">>;

/** A step as C text, and where it finds and leaves its values. */
export interface LoweredStep {
  readonly source: string;
  /** Bytes of memory that a step needs, and beside them for each thread. */
  readonly bytes: number;
  readonly scratch: number;
  /** Where variables and constants are in that memory, in bytes. */
  readonly places: readonly {
    readonly name: string;
    readonly offset: number;
    readonly value: Value;
  }[];
  /** The inputs that it takes step by step, then the arrays of rows, in the order of its table. */
  readonly given: readonly string[];
  readonly lossNames: readonly string[];
}

/** The kernels of a recording that have no C rule, each once. */
export function kernelsWithoutRule(recording: Recording): string[] {
  const kernels = recordedKernels(recording).map(({ kernel }) => kernel);
  return [...new Set(kernels)].filter((kernel) => !Object.hasOwn(C_RULES, kernel));
}

/**
 * Lowers a recorded step to C.
 *
 * @param lossNames The outputs that are kept of every step, each a scalar.
 * @throws {InputError} If a kernel has no C rule.
 */
export function lowerStep(
  recording: Recording,
  { rowTypes, lossNames }: { rowTypes: RowTypes; lossNames: readonly string[] },
): LoweredStep {
  const [batchSize] = recording.inputs[Object.keys(rowTypes)[0]].shape;
  const b = new Builder(batchSize);
  const inputs = new Map<string, View>();
  const perStep: string[] = [];
  const variables = new Map<string, Value>();
  const names = Object.keys(recording.inputs);
  const isRow = (name: string) => Object.hasOwn(rowTypes, name);
  const rowNames = names.filter(isRow);
  const perStepNames = names.filter((name) => !isRow(name) && !isVariable(name));
  for (const [name, { shape, dtype }] of Object.entries(recording.inputs)) {
    if (isRow(name)) {
      const index = perStepNames.length + rowNames.indexOf(name);
      inputs.set(name, gatheredRows(b, { index, type: rowTypes[name], shape }));
      continue;
    }
    const role = isVariable(name) ? "variable" : "per step";
    const view = b.given({ role, name, shape }, dtype as ValueType);
    inputs.set(name, view);
    if (role === "variable") variables.set(name, view.value);
    else perStep.push(name);
  }

  const results = new Map<KernelNode, View[]>();
  const known = new Map<string, View[]>();
  const viewOf = (recorded: Recorded): View => {
    const origin = originOf(recorded);
    const view = origin.kind === "constant"
      ? b.constant(origin.array)
      : origin.kind === "input"
      ? inputs.get(origin.name)!
      : results.get(origin.node)![origin.index];
    return `${view.shape}` === `${recorded.shape}` ? view : b.reshape(view, recorded.shape);
  };
  for (const node of recordedKernels(recording)) {
    const rule = C_RULES[node.kernel];
    if (rule === undefined) {
      throw new InputError(
        `Cannot compile the step: kernel ${node.kernel} has no C rule, use --engine onnx`,
      );
    }
    const views = Object.entries(node.inputs).map(([name, input]) =>
      [name, viewOf(input)] as const
    );
    const types = node.outputs.map(({ shape, dtype }) => ({ shape, dtype: dtype as ValueType }));
    const key = keyOf(node, views, types);
    const found = (Object.hasOwn(randoms, node.kernel) ? undefined : known.get(key)) ??
      [rule(b, Object.fromEntries(views), node.attrs, types)].flat();
    known.set(key, found);
    results.set(node, found);
  }

  const losses = lossNames.map((name) => [name, b.stored(viewOf(recording.outputs[name]))]);
  const updates = Object.entries(recording.outputs).filter(([name]) => name.startsWith("new/"))
    .map(([name, output]) => [name.slice("new/".length), b.stored(viewOf(output))]);
  const program: Program = {
    values: b.values,
    losses: Object.fromEntries(losses),
    updates: Object.fromEntries(updates),
    batchSize,
  };
  const slots = schedule(program);
  const memory = planMemory(program, slots, variables);
  const perStepValues = perStep.map((name) => inputs.get(name)!.value);
  const { source, scratch } = emitProgram(program, slots, memory, perStepValues);
  const places = [...memory.offsets].flatMap(([value, offset]) =>
    value.node.kind === "given" ? [{ name: value.node.name, offset, value }] : []
  );
  return {
    source,
    bytes: memory.bytes,
    scratch,
    places,
    given: [...perStep, ...rowNames],
    lossNames,
  };
}

/** A text that is equal for kernels that compute the same, as a network that is applied twice has. */
function keyOf(
  { kernel, attrs }: KernelNode,
  inputs: readonly (readonly [string, View])[],
  types: readonly ResultType[],
): string {
  const operands = inputs.map(([name, view]) => `${name} ${describe(view)}`);
  // Infinities, NaN and -0, which JSON does not know, are texts.
  const exact = (_: string, value: unknown) =>
    typeof value !== "number" ? value : Object.is(value, -0) ? "-0" : String(value);
  return JSON.stringify([kernel, attrs, types, operands], exact);
}

/** The rows of a batch, gathered by index; bytes are pixels, scaled to [0, 1]. */
function gatheredRows(
  b: Builder,
  { index, type, shape }: { index: number; type: RowTypes[string]; shape: readonly number[] },
): View {
  const [batchSize] = shape;
  const size = sizeOf(shape.slice(1));
  const dtype = type === "int32" ? "int32" : "float32";
  const [rows] = b.call({
    label: "rows",
    operands: [],
    work: { rows: batchSize },
    body: ({ results: [y] }) =>
      `for (long i = from; i < to; i++) {
  const ${type === "uint8" ? "uint8_t" : C_TYPES[type]} *x = job->given[${index}];
  x += job->indices[step * ${batchSize} + i] * ${size}L;
  for (long j = 0; j < ${size}; j++) ${y}[i * ${size} + j] = x[j]${
        type === "uint8" ? ` * ${Math.fround(1 / 255)}f` : ""
      };
}`,
  }, [{ shape, dtype }]);
  return dense(rows.value, shape);
}

import { type NdArray, ndarray, sizeOf } from "../../lib/array/ndarray.ts";
import { CompiledStep } from "../../train/native/compiled_step.ts";
import { findCompiler, FLAGS } from "../../train/native/compiler.ts";
import { builtLibrary } from "../../train/native/library.ts";
import { kernelsWithoutRule, lowerStep } from "../../train/native/lower.ts";
import { RecordingBackend } from "../../train/record/backend.ts";
import { originOf, type Recording } from "../../train/record/mod.ts";
import type { KernelNode, Recorded } from "../../train/record/recording/recorded.ts";

/** What a spec read: the kernels that computed it, and the values that ONNX Runtime gave. */
interface Read {
  readonly spec: string;
  readonly recorded: Recorded;
  readonly values: readonly number[];
}

/** How the compiled kernels of a spec went. */
export interface CompiledSpec {
  readonly name: string;
  readonly status: "passed" | "failed" | "no rule";
  /** Why it failed, or the kernels without a rule. */
  readonly message: string;
}

/** Reads that are compiled together. */
const TOGETHER = 400;

/** What the specs allow float32 to differ by. */
const EPSILON = 1e-3;

/** Kernels whose numbers are drawn, which `native_test.ts` holds to ONNX Runtime's. */
const DRAWS = /^(Random|Truncated|Multinomial)/;

const reads: Read[] = [];

/**
 * Has the recording backend keep what specs read, with the kernels behind it.
 *
 * @returns Is told the name of each spec before it starts.
 */
export function recordSpecs(): (spec: string) => void {
  let spec = "";
  const kept = new WeakMap<object, Recorded>();
  const { register, read } = RecordingBackend.prototype;
  RecordingBackend.prototype.register = function (recorded) {
    const dataId = register.call(this, recorded);
    kept.set(dataId, keep(recorded));
    return dataId;
  };
  RecordingBackend.prototype.read = async function (dataId) {
    const own = spec;
    const recorded = kept.get(dataId);
    const values = await read.call(this, dataId);
    if (recorded?.origin !== undefined) {
      reads.push({ spec: own, recorded, values: Array.from(values as Float32Array, Number) });
    }
    return values;
  };
  return (name) => spec = name;
}

const NODES = new WeakMap<KernelNode, KernelNode>();

/** A recorded value with its kernels as they are now: values that become known free them. */
function keep(recorded: Recorded): Recorded {
  const { shape, dtype } = recorded;
  const origin = originOf(recorded);
  if (origin.kind !== "kernel") return { source: origin, shape, dtype };
  const { node, index } = origin;
  if (!NODES.has(node)) {
    const inputs = Object.entries(node.inputs).map(([name, input]) => [name, keep(input)]);
    NODES.set(node, { ...node, inputs: Object.fromEntries(inputs) });
  }
  const source = { kind: "result", operation: { values: [] }, index } as unknown;
  return {
    source: source as Recorded["source"],
    shape,
    dtype,
    origin: { ...origin, node: NODES.get(node)! },
  };
}

/** Compiles what the specs have read, and compares it with what they read. */
export async function compileSpecs(
  onProgress: (done: number, total: number) => void = () => {},
): Promise<CompiledSpec[]> {
  const specs = new Map<string, CompiledSpec>();
  const note = ({ spec: name }: Read, status: CompiledSpec["status"], message = "") => {
    const before = specs.get(name);
    // A spec fails if one of its reads does, and has no rule if one has none.
    if (before === undefined || before.status === "passed") {
      specs.set(name, { name, status, message });
    }
  };
  const compiled: Read[] = [];
  for (const read of reads) {
    const recording = { inputs: {}, outputs: { output: read.recorded } };
    const missing = kernelsWithoutRule(recording);
    if (missing.length > 0) note(read, "no rule", missing.join(", "));
    else if (!kernelsOf(recording).some((kernel) => DRAWS.test(kernel))) compiled.push(read);
  }
  const folder = await Deno.makeTempDir();
  for (let start = 0; start < compiled.length; start += TOGETHER) {
    onProgress(start, compiled.length);
    const some = compiled.slice(start, start + TOGETHER);
    const found = await runApart(some, folder);
    some.forEach((read, i) => {
      const values = found[i];
      const fault = typeof values === "string" ? values : difference(values, read.values);
      note(read, fault === undefined ? "passed" : "failed", fault);
    });
  }
  await Deno.remove(folder, { recursive: true });
  return [...specs.values()];
}

function kernelsOf({ outputs }: Recording): string[] {
  const seen = new Set<KernelNode>();
  const pending = Object.values(outputs);
  while (pending.length > 0) {
    const origin = originOf(pending.pop()!);
    if (origin.kind !== "kernel" || seen.has(origin.node)) continue;
    seen.add(origin.node);
    pending.push(...Object.values(origin.node.inputs));
  }
  return [...seen].map(({ kernel }) => kernel);
}

/** The values of each read, or what fails where it is compiled alone. */
async function runApart(some: readonly Read[], folder: string): Promise<(number[] | string)[]> {
  try {
    return await runCompiled(some, folder);
  } catch (error) {
    if (some.length === 1) return [`${error}`];
    const middle = some.length >> 1;
    return [
      ...await runApart(some.slice(0, middle), folder),
      ...await runApart(some.slice(middle), folder),
    ];
  }
}

/** The values of some reads, computed by one compiled step. */
async function runCompiled(some: readonly Read[], folder: string): Promise<number[][]> {
  const slots = some.map(({ recorded: { shape, dtype } }, i) => {
    const name = `variable_${i}`;
    return [name, { shape, dtype, source: { kind: "input", name } }] as const;
  });
  const rows = { shape: [4], dtype: "float32", source: { kind: "input", name: "rows" } } as const;
  const lowered = lowerStep({
    inputs: { rows, ...Object.fromEntries(slots) },
    outputs: Object.fromEntries(some.map(({ recorded }, i) => [`new/variable_${i}`, recorded])),
  }, { rowTypes: { rows: "float32" }, lossNames: [] });
  const compiler = await findCompiler();
  const flags = [...FLAGS, "-O1"];
  const path = await builtLibrary(lowered.source, { compiler, folder, flags });
  const values = Object.fromEntries(
    slots.map(([name, { shape, dtype }]) => [name, zeros(shape, dtype)]),
  );
  const step = new CompiledStep(lowered, { path, threads: 2, values });
  const given = { rows: ndarray("float32", [4], new Float32Array(4)) };
  await step.run({ given, indices: ndarray("int32", [1, 4], new Int32Array(4)) });
  const results = step.variables();
  step.dispose();
  return slots.map(([name]) => Array.from(results[name].data as Float32Array, Number));
}

function zeros(shape: readonly number[], dtype: string): NdArray {
  const size = sizeOf(shape);
  if (dtype === "int32") return ndarray("int32", shape, new Int32Array(size));
  if (dtype === "bool") return ndarray("bool", shape, new Uint8Array(size));
  return ndarray("float32", shape, new Float32Array(size));
}

/** How values differ, if by more than the specs allow. */
function difference(actual: readonly number[], expected: readonly number[]): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} values, not ${expected.length}`;
  const i = expected.findIndex((value, i) =>
    !Object.is(actual[i] + 0, value + 0) &&
    !(Math.abs(actual[i] - value) <= EPSILON * Math.max(1, Math.abs(value)))
  );
  return i < 0 ? undefined : `element ${i} is ${actual[i]}, ONNX Runtime's ${expected[i]}`;
}

import { type Constant, resolve, type Source } from "./operation.ts";
import type { KernelOutput, Recorded } from "./recorded.ts";

/** A recorded function: its inputs and its outputs, each by name. */
export interface Recording {
  readonly inputs: Readonly<Record<string, Recorded>>;
  readonly outputs: Readonly<Record<string, Recorded>>;
}

/** Starts the name of every input that is a variable. */
export const VARIABLE_PREFIX = "variable_";

/** Whether an input of a recording is a variable: it has one value for all steps. */
export function isVariable(name: string): boolean {
  return name.startsWith(VARIABLE_PREFIX);
}

/**
 * Where the values of a recorded tensor come from: an input of the recording, values known while
 * recording, or a kernel.
 */
export type Origin = Extract<Source, { kind: "input" }> | Constant | KernelOutput;

/** Where the values of a tensor come from, in terms of kernels. */
export function originOf({ source, origin }: Recorded): Origin {
  const current = resolve(source);
  if (current.kind !== "result") return current;
  if (origin === undefined) throw new Error("Cannot find the kernel of a value: it has none");
  return origin;
}

/**
 * The kernels that a recording runs, in order: each comes after those whose outputs it reads. With
 * {@linkcode originOf} they are all that another lowering needs; a kernel whose result is an input or
 * known while recording is left out.
 */
export function recordedKernels({ outputs }: Recording): KernelOutput["node"][] {
  const found = new Set<KernelOutput["node"]>();
  const pending = Object.values(outputs);
  while (pending.length > 0) {
    const origin = originOf(pending.pop()!);
    if (origin.kind !== "kernel" || found.has(origin.node)) continue;
    found.add(origin.node);
    pending.push(...Object.values(origin.node.inputs));
  }
  return [...found].sort((a, b) => a.id - b.id);
}

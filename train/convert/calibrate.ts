import type { NdArray } from "../../lib/array/ndarray.ts";
import { slice } from "../../lib/array/rows.ts";
import type { Model, Node } from "../../lib/onnx/mod.ts";
import { createSession } from "../../lib/runtime/mod.ts";

/** The least and the greatest number that a value has held, zero always among them. */
export type Range = readonly [least: number, greatest: number];

/** Examples of a run while ranges are taken. */
const BATCH = 32;

/**
 * The ranges of values of a model over examples.
 *
 * @param names Of the values, each float32.
 * @param examples By input, as the model takes them.
 */
export async function calibrate(
  model: Model,
  names: readonly string[],
  examples: Readonly<Record<string, NdArray>>,
): Promise<Map<string, Range>> {
  const { graph } = model;
  const ends = ["ReduceMin", "ReduceMax"] as const;
  const outputOf = (name: string, opType: string) => `${name}/${opType}`;
  const nodes = names.flatMap((name) =>
    ends.map((opType): Node => ({
      opType,
      domain: "",
      inputs: [name],
      outputs: [outputOf(name, opType)],
      attributes: { keepdims: 0 },
    }))
  );
  const outputs = nodes.map(({ outputs: [name] }) =>
    ({ name, dtype: "float32", shape: [] }) as const
  );
  const session = await createSession({
    ...model,
    graph: { ...graph, nodes: [...graph.nodes, ...nodes], outputs },
  });
  const ranges = new Map<string, Range>(names.map((name) => [name, [0, 0]]));
  try {
    const [count] = Object.values(examples)[0].shape;
    for (let start = 0; start < count; start += BATCH) {
      const batch = Object.entries(examples).map(([name, array]) => [
        name,
        slice(array, start, Math.min(start + BATCH, count)),
      ]);
      const found = await session.run(Object.fromEntries(batch));
      for (const name of names) {
        const [least, greatest] = ranges.get(name)!;
        const [low, high] = ends.map((end) => Number(found[outputOf(name, end)].data[0]));
        ranges.set(name, [Math.min(least, low), Math.max(greatest, high)]);
      }
    }
  } finally {
    await session.release();
  }
  return ranges;
}

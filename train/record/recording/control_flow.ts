import type { Attribute } from "../../../lib/onnx/graph.ts";
import { op, type Operation, recordOperation } from "./operation.ts";
import { type Recorded, recorded } from "./recorded.ts";
import type { Recording } from "./recording.ts";

/** What an operation runs once, repeatedly or not at all: recordings by what they are for. */
export type Inner = Readonly<Record<string, Recording>>;

/** How values are named in inner recordings: inputs `in_0`, `in_1`, and outputs `out_0`, `out_1`. */
export const innerName = (kind: "in" | "out", i: number) => `${kind}_${i}`;

/** The recordings inside an operation; `undefined` where it has none. */
export function innerOf({ opType, attributes }: Operation): Inner | undefined {
  return opType === "Loop" || opType === "If" ? attributes as unknown as Inner : undefined;
}

/**
 * Records a loop: `while (condition(values)) values = body(values)`.
 *
 * @param inner `condition`, of a boolean, and `body`, of values of the same shapes.
 */
export function recordLoop(values: readonly Recorded[], inner: {
  condition: Recording;
  body: Recording;
}): Recorded[] {
  const sources = recordOperation(
    "Loop",
    values.map(({ source }) => source),
    inner as unknown as Readonly<Record<string, Attribute>>,
    values.length,
  );
  return sources.map((source, i) => recorded(source, values[i].shape, values[i].dtype));
}

/**
 * Records a choice of what is computed.
 *
 * @param inner Of the same arguments and with outputs of the same shapes.
 */
export function recordIf(
  condition: Recorded,
  values: readonly Recorded[],
  inner: { then: Recording; else: Recording },
): Recorded[] {
  const outputs = Object.values(inner.then.outputs);
  const sources = recordOperation(
    "If",
    [op.Reshape(condition.source, []), ...values.map(({ source }) => source)],
    inner as unknown as Readonly<Record<string, Attribute>>,
    outputs.length,
  );
  return sources.map((source, i) => recorded(source, outputs[i].shape, outputs[i].dtype));
}

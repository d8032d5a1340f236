import type { Peer } from "../peer.ts";
import type { Contestant } from "../rounds.ts";
import type { TimingRow } from "./report.ts";
import type { Room } from "./room.ts";

/** The processes that are asked; those that are not here are not. */
export interface Workers {
  /** ONNX Runtime on the device: inference, and the training step. */
  readonly chosen: Peer;
  readonly trainer: Peer | undefined;
  /** ONNX Runtime on the CPU; absent where that is the device. */
  readonly cpu: Peer | undefined;
  /** tfjs-node-gpu. */
  readonly node: Peer | undefined;
  readonly torch: Peer | undefined;
}

/** What is measured. */
export interface ContestOptions {
  readonly device: string;
  readonly batches: readonly number[];
  readonly trainBatches: readonly number[];
  readonly steps: readonly number[];
  readonly room: Room;
}

/** A contestant with its row of the table. */
export interface GpuContestant extends Contestant {
  readonly row: Omit<TimingRow, "milliseconds">;
}

/** What `bench/peers/gpu.py` knows. */
const TORCH_VARIANTS = [
  "eager",
  "eager, fused, TF32",
  "compiled, fused",
  "compiled, fused, TF32, graphs",
];

/** A turn is as long as a round needs to tell fast from slow, in milliseconds. */
const TURN = 400;

/** Everyone who takes part, each after its first turns, which compile and warm up. */
export async function listContestants(
  { chosen, trainer, cpu, node, torch }: Workers,
  { device, batches, trainBatches, steps, room }: ContestOptions,
): Promise<GpuContestant[]> {
  const list: GpuContestant[] = [];
  const add = async (
    row: GpuContestant["row"],
    ask: (count: number) => Promise<number>,
    { most, fixed }: { most: number; fixed?: boolean },
  ) => {
    const name = `${row.what}, batch ${row.batch}, ${row.on}`;
    const steps = await room.attempt(
      name,
      async () => fixed ? most : turnSize(await warmedUp(ask), most),
    );
    if (steps !== undefined) list.push({ name, row, steps, run: ask });
  };
  const inference = async (batch: number, on: string, peer: Peer | undefined) => {
    if (peer === undefined) return;
    await add({ what: "inference", batch, on }, question(peer, "inference", batch), { most: 200 });
  };
  for (const batch of batches) {
    await inference(batch, "cpu", cpu);
    await inference(batch, device, chosen);
  }
  const mostSteps = Math.max(...steps);
  for (const batch of trainBatches) {
    const step = { what: "training step", batch } as const;
    if (cpu !== undefined) {
      const ask = question(cpu, "training", batch);
      await add({ ...step, on: "recorded, cpu" }, ask, { most: steps[0] });
    }
    for (const count of trainer === undefined ? [] : steps) {
      const on = `recorded, ${device}, ${count} steps a run`;
      const ask = question(trainer!, "training", batch);
      await add({ ...step, on }, ask, { most: count, fixed: true });
    }
    if (node !== undefined) {
      const ask = question(node, "training", batch);
      await add({ ...step, on: "tfjs-node-gpu" }, ask, { most: mostSteps });
    }
    if (torch === undefined) continue;
    for (const variant of TORCH_VARIANTS) {
      const ask = (steps: number) => torch.ask<number>(JSON.stringify({ variant, batch, steps }));
      await add({ ...step, on: `PyTorch, ${variant}` }, ask, { most: mostSteps });
    }
  }
  return list;
}

function question(peer: Peer, kind: string, batch: number): (count: number) => Promise<number> {
  return (count) => peer.ask<number>(JSON.stringify({ kind, batch, count }));
}

/** Milliseconds a unit, once compilers, caches and clocks have been woken. */
async function warmedUp(ask: (count: number) => Promise<number>): Promise<number> {
  await ask(1);
  await ask(2);
  return await ask(2);
}

function turnSize(milliseconds: number, most: number): number {
  return Math.max(1, Math.min(most, Math.round(TURN / milliseconds)));
}

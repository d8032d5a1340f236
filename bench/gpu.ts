/**
 * What a GPU gives: the parity of a run's models with the CPU, inference by batch size, and the
 * training step, recorded and beside tfjs-node-gpu and PyTorch on the same card, in one table.
 *
 * ```sh
 * deno task bench:gpu
 * ```
 *
 * @module
 */
import { describeMachine } from "../train/doctor/machine.ts";
import { readRun } from "../lib/run/run_folder.ts";
import { InputError } from "../lib/input_error.ts";
import type { DeviceName } from "../lib/runtime/mod.ts";
import { listContestants } from "./gpu/contestants.ts";
import { makeRun } from "./gpu/make_run.ts";
import type { GpuReport, ParityRow } from "./gpu/report.ts";
import { Room } from "./gpu/room.ts";
import type { ParityAnswer } from "./gpu/worker/parity.ts";
import type { Placement } from "./gpu/worker/placement.ts";
import type { Peer } from "./peer.ts";
import { measureRounds } from "./rounds.ts";

/** Options for {@linkcode benchGpu}. */
export interface GpuOptions {
  /** Where ONNX Runtime runs. */
  readonly device: DeviceName;
  /** A run folder whose models are used; without it, one is made. */
  readonly run?: string | undefined;
  readonly rounds: number;
  /** Batch sizes of inference. */
  readonly batches: readonly number[];
  /** Batch sizes of training. */
  readonly trainBatches: readonly number[];
  /** Steps that one run of the recorded step takes on the device. */
  readonly steps: readonly number[];
  /** Is told where it stands. */
  onProgress(line: string): void;
}

/**
 * Measures a device.
 *
 * @throws {InputError} If the device cannot be used here, or the run cannot be read.
 */
export async function benchGpu(options: GpuOptions): Promise<GpuReport> {
  const { device, run, rounds, onProgress } = options;
  const room = new Room();
  const made = await Deno.makeTempDir({ prefix: "glimpse-bench-" });
  try {
    const folder = run ?? `${made}/run`;
    const chosen = await room.worker([device, folder]);
    if (chosen === undefined) {
      const [{ reason }] = room.skipped;
      throw new InputError(
        reason.startsWith("Cannot ") ? reason : `Cannot use device ${device}: ${reason}`,
      );
    }
    if (run === undefined) {
      onProgress("training a small run");
      await makeRun(folder);
    } else {
      await readRun(run);
    }
    // Apart, so that what ends one of them leaves the others' figures.
    const placer = await room.worker([device, folder]);
    const workers = {
      chosen,
      trainer: await room.worker([device, folder]),
      cpu: device === "cpu" ? undefined : await room.worker(["cpu", folder]),
      node: await room.worker(["tfjs-node-gpu", folder]),
      torch: await room.torch(device),
    };

    onProgress(`comparing ${device} with the cpu`);
    const parity = await compare({ room, chosen, folder, device });
    const placement = placer && await room.attempt(
      "where nodes run",
      () => ask<Placement>(placer, "placement", options.trainBatches[0]),
    );

    onProgress("warming up");
    const contestants = await listContestants(workers, { ...options, room });
    const times = await measureRounds(contestants, {
      rounds,
      onRound: (round) => onProgress(`round ${round} of ${rounds}`),
      onFailure: (name, error) => room.skip(name, error),
    });
    return {
      format: "glimpse-bench-gpu",
      formatVersion: 1,
      device,
      machine: await describeMachine(),
      versions: versions(workers),
      parity,
      timings: contestants.filter(({ name }) => times.has(name))
        .map(({ row, name }) => ({ ...row, milliseconds: times.get(name)! })),
      placement: placement ?? null,
      skipped: room.skipped,
    };
  } finally {
    await room.close();
    await Deno.remove(made, { recursive: true });
  }
}

/** Asks a worker of ours. */
async function ask<T>(peer: Peer, kind: string, batch = 0): Promise<T> {
  return await peer.ask<T>(JSON.stringify({ kind, batch, count: 0 }));
}

/**
 * How far the device is from the CPU: as it computes by default, and with float32 kept as it is,
 * which CUDA's libraries read from their environment when they start.
 */
async function compare(
  { room, chosen, folder, device }: {
    room: Room;
    chosen: Peer;
    folder: string;
    device: DeviceName;
  },
): Promise<ParityRow[]> {
  const peers: [ParityRow["precision"], Peer | undefined][] = device === "cuda"
    ? [
      ["float32", await room.worker([device, folder], { env: { NVIDIA_TF32_OVERRIDE: "0" } })],
      ["default", chosen],
    ]
    : [["float32", chosen]];
  const rows: ParityRow[] = [];
  for (const [precision, peer] of peers) {
    if (peer === undefined) continue;
    const answers = await room.attempt(
      `parity, ${precision}`,
      () => ask<ParityAnswer[]>(peer, "parity"),
    );
    rows.push(...(answers ?? []).map((answer) => ({ ...answer, precision })));
  }
  return rows;
}

function versions(
  { chosen, node, torch }: Readonly<Record<"chosen" | "node" | "torch", Peer | undefined>>,
): Record<string, string> {
  const { card: _card, version, cuda, cudnn } = torch?.hello ?? {};
  return {
    "Deno": Deno.version.deno,
    "onnxruntime-node": chosen!.version,
    ...node === undefined ? {} : { "tfjs-node-gpu": node.version },
    ...torch === undefined ? {} : {
      "PyTorch": cuda === undefined ? `${version}` : `${version} (CUDA ${cuda}, cuDNN ${cudnn})`,
    },
  };
}

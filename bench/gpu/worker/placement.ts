import { type DeviceName, DEVICES, Profile } from "../../../lib/runtime/mod.ts";
import { openOnnx } from "../../../train/core/engines/onnx.ts";
import { defaultVae, randomChunk, randomFeed } from "../../../train/doctor/default_vae.ts";

/** Where the nodes of the recorded training step run. */
export interface Placement {
  /** Nodes that run on the device. */
  readonly onDevice: number;
  /** Nodes among them that copy between the device and the host, for those that run elsewhere. */
  readonly copies: number;
  /** The names of the nodes that fell back to the CPU, by their operator. */
  readonly elsewhere: Readonly<Record<string, readonly string[]>>;
}

/** Takes two training steps on a device under ONNX Runtime's profiler. */
export async function placeStep(device: DeviceName, batchSize: number): Promise<Placement> {
  const profile = new Profile();
  try {
    const feed = randomFeed();
    const engine = await openOnnx(defaultVae().step, feed, {
      batchSize,
      seed: 0,
      // With one thread there is one session, so that every node counts once.
      threads: 1,
      device,
      profile,
    });
    await engine.run(randomChunk(2, { feed, batchSize }));
    await engine.dispose();
    const { provider } = DEVICES[device];
    const elsewhere: Record<string, string[]> = {};
    for (const { name, operator, provider: other } of profile.nodes) {
      if (other !== provider) (elsewhere[operator] ??= []).push(name);
    }
    const onDevice = profile.nodes.filter((node) => node.provider === provider);
    const copies = onDevice.filter(({ operator }) => operator.startsWith("Memcpy"));
    return { onDevice: onDevice.length, copies: copies.length, elsewhere };
  } finally {
    await profile.close();
  }
}

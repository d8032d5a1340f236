import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { encodeModel } from "../../../lib/onnx/proto.ts";
import { trainSystem } from "../../../train/run/train_system.ts";
import { vqVae } from "../../../train/systems/vq_vae.ts";
import { sides } from "../systems/tiny_system.ts";

const data = { train: sides(32).images, validation: undefined, test: undefined };
const common = { batchSize: 16, session: { threads: 1 } };
const options = { filters: [2], codes: 3, codeDim: 2, epochs: 1 };

Deno.test("trainSystem() gives the same bytes for the same seed, and others for another", async () => {
  const train = async (seed: number) => {
    const { models } = await trainSystem(vqVae, data, { ...common, options, seed });
    return encodeModel(models["decoder.onnx"]);
  };
  const first = await train(0);
  assertEquals(await train(0), first);
  assertEquals((await train(1)).join() === first.join(), false);
});

Deno.test("trainSystem() stops before training if there are too many parameters", async () => {
  let epochs = 0;
  await assertRejects(
    () =>
      trainSystem(vqVae, data, {
        ...common,
        options,
        maxParams: 10,
        onEpochEnd: () => epochs++,
      }),
    InputError,
    "10",
  );
  assertEquals(epochs, 0);
});

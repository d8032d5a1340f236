import { assertEquals, assertMatch } from "@std/assert";
import { curvesOf, losses } from "../../../../lib/report/sections/losses.ts";
import { textOf, tinySectionRun, without } from "./section_data.ts";

function row(epoch: number, values: Record<string, number>, phase = "elbo") {
  return { epoch, phase, values: new Map(Object.entries(values)) };
}

Deno.test("curvesOf() pairs columns of one name, whatever they are", () => {
  const history = [
    row(1, { loss: 9, valLoss: 8, learningRate: 0.1, imagesPerSecond: 100 }),
    row(2, { loss: 7, valLoss: 6, klLoss: 1, accuracy: 0.5, valPerplexity: 3, commitment_loss: 2 }),
  ];
  assertEquals(curvesOf(history), [
    { name: "total loss", train: [9, 7], validation: [8, 6] },
    { name: "KL divergence", train: [null, 1] },
    { name: "accuracy", train: [null, 0.5] },
    { name: "val perplexity", train: [null, 3] },
    { name: "commitment", train: [null, 2] },
  ]);
});

Deno.test("losses() says the last losses and where a phase starts", async () => {
  const run = await tinySectionRun();
  const history = [...run.history, row(3, { loss: 150.5, imagesPerSecond: 5000 }, "clusters")];
  const text = textOf(losses({ ...run, history }));
  assertMatch(text, /^3 epochs, on onnx \(cpu\), 3,000 images a second, seed 0\./);
  assertMatch(text, /In the last epoch: total loss 150\.5, /);
  assertMatch(text, /phase clusters starts with epoch 3/);
  const { manifest } = run;
  assertMatch(
    textOf(losses({ ...run, manifest: { ...manifest, stoppedEarly: true } })),
    /^2 epochs, stopped early .* total loss 8\.5\d* \(validation 8\.25\d*\)/,
  );
});

Deno.test("losses() is absent without a history", async () => {
  assertEquals(losses(await without("history")), undefined);
});

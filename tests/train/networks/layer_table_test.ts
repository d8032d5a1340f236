import { assertEquals } from "@std/assert";
import { useBackend } from "../../../train/tfjs/backends.ts";
import { countParameters, formatLayers, layerRows } from "../../../train/networks/layer_table.ts";
import { buildVae } from "../../../train/networks/vae.ts";
import { namedVariables } from "../../../train/core/variables.ts";
import { vaeWith } from "../core/step_case.ts";

await useBackend("cpu");

const { networks } = buildVae([28, 28, 1], vaeWith({ hidden: [512, 256] }));

Deno.test("countParameters() counts every number that training changes", () => {
  const sizes = Object.values(namedVariables(networks)).map(({ size }) => size);
  const expected = sizes.reduce((sum, size) => sum + size, 0);
  assertEquals(countParameters(layerRows(networks)), expected);
  // 784-512-256 -> 2 and 2 -> 256-512-784, kernels and biases.
  const encoder = 785 * 512 + 513 * 256 + 2 * 257 * 2;
  const decoder = 3 * 256 + 257 * 512 + 513 * 784;
  assertEquals(expected, encoder + decoder);
});

Deno.test("layerRows() lists the layers in the order of the data", () => {
  const dense = layerRows(networks).filter(({ type }) => type === "Dense");
  assertEquals(
    dense.map(({ network, layer, outputShape }) => `${network}/${layer} ${outputShape}`),
    [
      "encoder/encoder_hidden_1 512",
      "encoder/encoder_hidden_2 256",
      "encoder/z_mean 2",
      "encoder/z_log_var 2",
      "decoder/decoder_hidden_1 256",
      "decoder/decoder_hidden_2 512",
      "decoder/decoder_logits 784",
    ],
  );
});

Deno.test("formatLayers() aligns the columns, numbers to the right, and ends with the total", () => {
  const rows = [
    { network: "encoder", layer: "a", type: "Dense", outputShape: [4, 4, 1], parameters: 1234567 },
    { network: "decoder", layer: "logits", type: "Reshape", outputShape: [9], parameters: 5 },
  ];
  assertEquals(formatLayers(rows), [
    "network  layer   type     output  parameters",
    "encoder  a       Dense    4x4x1    1,234,567",
    "decoder  logits  Reshape  9                5",
    "total                              1,234,572",
  ]);
});

import { assertEquals, assertThrows } from "@std/assert";
import { optionDefaults } from "../../../lib/command/flags.ts";
import { InputError } from "../../../lib/input_error.ts";
import { fitVaeOptions, vaeOptions } from "../../../train/systems/vae_options.ts";

const open = optionDefaults(vaeOptions);
const mnist = { count: 17_500, imageShape: [28, 28, 1], classes: 3, batchSize: 128 } as const;

Deno.test("fitVaeOptions() keeps the usual training for images like MNIST's 1, 4 and 8", () => {
  const { network, hidden, latentDim, consistency, epochs, clusterEpochs, clusters } =
    fitVaeOptions(open, mnist);
  assertEquals([network, hidden, latentDim, consistency], ["mlp", [512, 256], 2, 10]);
  assertEquals([epochs, clusterEpochs, clusters], [4, 5, 3]);
  assertEquals(fitVaeOptions({ ...open, clusterEpochs: 0 }, mnist).epochs, 8);
});

Deno.test("fitVaeOptions() trains few images for more epochs, small ones with less consistency", () => {
  const few = fitVaeOptions(open, { count: 57, imageShape: [8, 8, 1], classes: 10, batchSize: 16 });
  const { epochs, clusterEpochs, clusters, latentDim } = few;
  // Three steps an epoch.
  assertEquals([epochs * 3 >= 500, clusterEpochs * 3 >= 625], [true, true]);
  assertEquals([clusters, latentDim, few.consistency < 1], [10, 9, true]);
  assertEquals(fitVaeOptions(open, { ...mnist, classes: 1 }).clusters, 2);
});

Deno.test("fitVaeOptions() takes convolutions for photos, or where filters are given", () => {
  const photo = { ...mnist, imageShape: [64, 64, 3] } as const;
  const { network, filters } = fitVaeOptions(open, photo);
  assertEquals([network, filters], ["conv", [16, 32, 64]]);
  assertEquals(fitVaeOptions({ ...open, filters: [8, 8] }, mnist).network, "conv");
  assertEquals(fitVaeOptions({ ...open, hidden: [8] }, photo).network, "mlp");
});

Deno.test("fitVaeOptions() takes no layers of the other network", () => {
  const mistakes = [
    { network: "mlp", filters: [8] },
    { network: "conv", hidden: [8] },
    { hidden: [8], filters: [8] },
  ] as const;
  for (const mistake of mistakes) {
    assertThrows(() => fitVaeOptions({ ...open, ...mistake }, mnist), InputError, "Cannot use --");
  }
});

Deno.test("fitVaeOptions() takes what the user gives", () => {
  const given = {
    ...open,
    network: "mlp",
    hidden: [7],
    latentDim: 5,
    consistency: 1,
    epochs: 1,
    clusterEpochs: 2,
    clusters: 7,
  } as const;
  const fitted = fitVaeOptions(given, { ...mnist, imageShape: [64, 64, 3], count: 60 });
  assertEquals({ ...fitted, ...given, filters: fitted.filters }, fitted);
});

import { defineCommand, runCommand } from "../lib/command/command.ts";
import { PROCESS } from "../lib/command/process.ts";
import {
  classifyOptions,
  generateOptions,
  imagesPositional,
  reconstructOptions,
  reportOptions,
} from "./options.ts";

// Each command loads only what it needs when it runs, so that it starts fast.
const classify = defineCommand({
  name: "classify",
  description: "Predict the label of each image with a trained run",
  positionals: imagesPositional,
  options: classifyOptions,
  examples: [
    {
      does: "One predicted label per row, in the order of the images",
      line: "deno task classify images.npz --run runs/mine --out labels.csv",
    },
    {
      does: "A folder of image files, with the probability of each class",
      line: "deno task classify photos/ --run runs/mine --probabilities",
    },
    {
      does: "The files of a folder copied into a folder for each class",
      line: "deno task classify photos/ --run runs/mine --sort-into sorted",
    },
  ],
  async run(values, { print, status }) {
    const { classify } = await import("./classify.ts");
    for (const line of await classify(values, status)) print(line);
  },
});

const reconstruct = defineCommand({
  name: "reconstruct",
  description: "Encode and decode images, and measure the reconstruction error",
  positionals: imagesPositional,
  options: reconstructOptions,
  examples: [
    {
      does: "Reconstructed pixels in [0, 1], in the shape of the input",
      line: "deno task reconstruct images.npz --run runs/mine --out vae_reconstructed.npz",
    },
  ],
  async run(values, { print, status }) {
    const { reconstruct } = await import("./reconstruct.ts");
    for (const line of await reconstruct(values, status)) print(line);
  },
});

const generate = defineCommand({
  name: "generate",
  description: "Generate new images, and a map of the latent space",
  options: generateOptions,
  examples: [
    { does: "Samples and the latent manifold", line: "deno task generate --run runs/mine" },
    {
      does: "400 samples from the fitted mixture, in colour",
      line: "deno task generate --run runs/mine --count 400 --from mixture --colormap gnuplot2",
    },
    { does: "Images of one label", line: "deno task generate --run runs/cvae --label 7" },
    {
      does: "Interpolation between the first two images of a file, as a picture and a GIF",
      line: "deno task generate --run runs/mine --between pair.npz",
    },
  ],
  async run(values, { print, status }) {
    const { generate } = await import("./generate.ts");
    for (const line of await generate(values, status)) print(line);
  },
});

const report = defineCommand({
  name: "report",
  description: "Write the report of a run again, or compare several runs side by side",
  options: reportOptions,
  examples: [
    {
      does: "The run's own report.html, and a PDF of it",
      line: "deno task report --run runs/mine --pdf",
    },
    {
      does: "Two runs side by side",
      line: "deno task report --run runs/mine --run runs/other --out both.html",
    },
  ],
  async run(values, { print, status }) {
    const { report } = await import("./report.ts");
    for (const line of await report(values, status)) print(line);
  },
});

/** The commands that use a run. */
export const program = [classify, reconstruct, generate, report];

if (import.meta.main) await runCommand(program, PROCESS);

import { deviceOptions } from "../lib/command/device_options.ts";
import { imagesOptions } from "../lib/command/images_options.ts";
import { LABEL_TEMPERATURE } from "../lib/latent/sample_conditional.ts";
import { COLORMAPS } from "../lib/plot/colormap.ts";

/** Options of every command that uses a run. */
const runOptions = {
  run: {
    kind: "path",
    description: "The run folder that train wrote",
    required: true,
  },
  threads: {
    kind: "integer",
    // One is fastest where other programs share the cores: ONNX Runtime's threads wait by spinning.
    description: "Threads per operation; 0 uses every core, which is faster for very many images",
    default: 1,
    min: 0,
  },
  force: {
    kind: "boolean",
    description: "Replace --out if it exists",
  },
} as const;

/** Options of every command that serves a page of a run. */
export const pageOptions = {
  run: runOptions.run,
  port: {
    kind: "integer",
    description: "The port to serve on; 0 finds a free one",
    default: 0,
    min: 0,
    max: 65535,
  },
} as const;

/** The argument that names the images. */
export const imagesPositional = {
  images: {
    description:
      "An .npz, .npy, .parquet or IDX file, a folder of those or of image files, or a dataset's name",
  },
} as const;

/** What `classify` takes. */
export const classifyOptions = {
  run: runOptions.run,
  out: {
    kind: "path",
    description:
      "The CSV file to write; for a folder its first column is File, where names that begin with =, +, - or @ get an apostrophe, as spreadsheets would run them as formulas",
    default: "vae.csv",
  },
  probabilities: {
    kind: "boolean",
    description:
      "Add columns with the probability of each class and the log-likelihood of the image",
  },
  outliers: {
    kind: "number",
    description: "Add columns that flag outliers, at this false positive rate, such as 0.01",
    placeholder: "RATE",
    above: 0,
    max: 0.5,
  },
  sortInto: {
    kind: "path",
    description:
      "Also copy the image files to this new folder, into a folder for each predicted class, and one for outliers with --outliers",
    placeholder: "DIR",
  },
  classes: {
    kind: "names",
    description: "Classify only images labelled with these classes, by name or number",
  },
  ...imagesOptions,
  threads: runOptions.threads,
  ...deviceOptions,
  force: runOptions.force,
} as const;

/** What `reconstruct` takes. */
export const reconstructOptions = {
  run: runOptions.run,
  out: { kind: "path", description: "The .npz file to write", default: "vae_reconstructed.npz" },
  ...imagesOptions,
  threads: runOptions.threads,
  ...deviceOptions,
  force: runOptions.force,
} as const;

/** What `report` takes. */
export const reportOptions = {
  run: {
    kind: "paths",
    description: "The run folder that train wrote; several are compared side by side",
    required: true,
    placeholder: "RUN",
  },
  out: {
    kind: "path",
    description:
      "The HTML file to write; by default the report.html of the run, or ./report.html for several",
  },
  pdf: {
    kind: "boolean",
    description: "Also write a PDF beside it, with Chromium or Chrome",
  },
  ...deviceOptions,
  force: runOptions.force,
} as const;

/** What `generate` takes. */
export const generateOptions = {
  run: runOptions.run,
  out: { kind: "path", description: "The folder to write", default: "generated" },
  count: {
    kind: "integer",
    description:
      "How many images to generate: 100 by default, 10 of each label, 5 completions of each image",
    min: 1,
  },
  label: {
    kind: "string",
    description: "Generate images of this label, with a run of cvae; by default of every label",
  },
  complete: {
    kind: "path",
    description: "Images to complete from their given quadrants, with a run of cvae",
  },
  between: {
    kind: "path",
    description: "Interpolate in the latent space between the first two of these images",
  },
  from: {
    kind: "choice",
    choices: ["prior", "mixture"],
    description:
      "Distribution of the latent samples: the prior N(0, I), or the fitted mixture; by default the mixture if the latent means do not follow the prior",
  },
  temperature: {
    kind: "number",
    description:
      `Factor of the prior's standard deviation when sampling; below 1, images are more typical and less varied; by default ${LABEL_TEMPERATURE} for images of a label, else 1`,
    above: 0,
  },
  seed: { kind: "integer", description: "Random seed of the samples", default: 0, min: 0 },
  side: {
    kind: "integer",
    description: "Images along each side of the latent manifold, or along --between",
    default: 20,
    min: 2,
  },
  colormap: {
    kind: "choice",
    choices: COLORMAPS,
    description: "The colours of grey images",
    default: "grey",
  },
  threads: runOptions.threads,
  ...deviceOptions,
  force: runOptions.force,
} as const;

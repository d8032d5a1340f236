import { ndarray } from "../../../lib/array/ndarray.ts";
import * as api from "../../../infer/mod.ts";
import { openContents } from "../../../lib/run/run_folder.ts";
import { encodeNpz } from "../../../lib/data/mod.ts";
import { tinyImages, tinyMixture, tinyRun, writeTinyRun } from "../../tiny_run.ts";
import { withModels } from "./onnx.ts";
import { type Case, hold, type Odd } from "./odd.ts";

const IMAGES = ndarray("uint8", [6, 4, 4, 1], tinyImages([1, 4, 8, 1, 4, 8]));
const run = await openContents("run", tinyRun());
const sessionOptions = (odd: Odd) => ({ threads: odd.count(1), device: odd.name("cpu" as const) });

/** A folder, and what is read in it. */
async function inFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir();
  try {
    return await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function classified(odd: Odd, use: (classifier: api.Classifier) => Promise<unknown>) {
  const classifier = api.openClassifier(run, sessionOptions(odd));
  try {
    return await use(classifier);
  } finally {
    await classifier.release().catch(() => {}); // what could not be opened
  }
}

export const inferCases: Record<string, Case> = {
  openRun: (odd) =>
    inFolder(async (dir) => {
      await writeTinyRun(`${dir}/run`);
      const found = await api.openRun(`${dir}/${odd.name("run")}`);
      await found.read(odd.name("encoder.onnx"));
    }),
  classify: async (odd) => {
    const images = odd.array(IMAGES);
    const options = { session: sessionOptions(odd), outliers: odd.optional(odd.number(0.05)) };
    const found = await Array.fromAsync(api.classify(run, images, options as api.ClassifyOptions));
    hold(found.length === images.shape[0], `${found.length} predictions`);
  },
  async openModel(odd) {
    const model = odd.name(odd.pick(["encoder", "decoder", "classifier", "prior"] as const));
    await (await api.openModel(run, model, sessionOptions(odd))).release();
  },
  openClassifier: (odd) =>
    classified(odd, (classifier) => classifier.classify(IMAGES, { chunkSize: odd.times(4) })),
  Classifier: (odd) =>
    classified(odd, async (classifier) => {
      const images = odd.array(IMAGES);
      const { labels } = await classifier.classify(images);
      hold(labels.length === images.shape[0], `${labels.length} labels`);
    }),
  openRunImages: (odd) =>
    inFolder(async (dir) => {
      const path = `${dir}/images.npz`;
      await Deno.writeFile(path, encodeNpz({ images: odd.array(IMAGES) }));
      const source = await api.openRunImages(odd.name(path), run, {
        imagesKey: odd.optional(odd.name("images")),
        white: odd.optional(odd.number(255)),
        maxBytes: odd.optional(odd.count(1e6)),
        background: odd.optional(odd.name("white")),
        classes: odd.optional(odd.list([1, 4]).map(String)),
      });
      hold(source.height === 4 && source.width === 4, "another size");
    }),
  writePredictions: (odd) =>
    inFolder(async (dir) => {
      const path = `${dir}/images.npz`;
      await Deno.writeFile(path, encodeNpz({ images: IMAGES }));
      const source = await api.openRunImages(path, run);
      await classified(odd, async (classifier) => {
        const out = `${dir}/${odd.name("out.csv")}`;
        await api.writePredictions(source, classifier, {
          out,
          probabilities: odd.flag(),
          outliers: odd.optional(odd.number(0.05)),
        });
        const lines = (await Deno.readTextFile(out)).trimEnd().split("\n");
        hold(lines.length === 7, `${lines.length} lines`);
      });
    }),
  encodeImages: (odd) => {
    const images = odd.array(IMAGES);
    return withModels((encoder) => api.encodeImages(encoder, images, { chunkSize: odd.times(4) }))
      .then((z) => hold(z.shape[0] === images.shape[0], `${z.shape[0]} rows`));
  },
  decodeLatents: (odd) => {
    const z = odd.array(ndarray("float32", [5, 2], new Float32Array(10)));
    return withModels((_, decoder) => api.decodeLatents(decoder, z, { chunkSize: odd.times(4) }))
      .then(({ shape }) => hold(shape[0] === z.shape[0], `${shape[0]} rows`));
  },
  reconstructImages: (odd) => {
    const images = odd.array(IMAGES);
    return withModels((encoder, decoder) =>
      api.reconstructImages(images, { encoder, decoder, chunkSize: odd.times(4) })
    ).then(({ shape }) => hold(`${shape}` === `${images.shape}`, `it has shape ${shape}`));
  },
  drawFromMixture: (odd) =>
    api.drawFromMixture(odd.times(3), tinyMixture(), { seed: odd.times(0) }),
  drawFromPrior: (odd) => api.drawFromPrior(odd.times(3), odd.times(2), { seed: odd.times(0) }),
  manifold: (odd) => api.manifold(odd.times(3)),
  traversals: (odd) => api.traversals(odd.times(2), odd.times(3)),
};

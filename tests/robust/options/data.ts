import { ndarray } from "../../../lib/array/ndarray.ts";
import { Random } from "../../../lib/array/random.ts";
import * as data from "../../../lib/data/mod.ts";
import { encodeNpz, type Images } from "../../../lib/data/mod.ts";
import { type Case, hold, type Odd } from "./odd.ts";

const PIXELS = Uint8Array.from({ length: 12 * 4 * 4 }, (_, i) => i * 37 % 256);
const bytes: Images = ndarray("uint8", [12, 4, 4, 1], PIXELS);
const floats: Images = ndarray("float32", [12, 4, 4, 1], Float32Array.from(PIXELS, (p) => p / 255));
const LABELS = Int32Array.from({ length: 12 }, (_, i) => [1, 4, 8][i % 3]);

/** Images, and whether they have the shape of such. */
const imagesOf = (odd: Odd) => odd.array(odd.pick([bytes, floats]) as Images);
const labelled = (odd: Odd) => ({ images: imagesOf(odd), labels: odd.labels(LABELS) });

/** A file that exists. */
async function fileOf<T>(odd: Odd, read: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  try {
    const labels = ndarray("int32", [12], LABELS);
    await Deno.writeFile(path, encodeNpz({ images: imagesOf(odd), labels }));
    return await read(odd.name(path));
  } finally {
    await Deno.remove(path);
  }
}

const readOptions = (odd: Odd) => ({
  imagesKey: odd.optional(odd.name("images")),
  labelsKey: odd.optional(odd.name("labels")),
  maxBytes: odd.optional(odd.count(1e6)),
  white: odd.optional(odd.number(255)),
  size: odd.optional({ height: odd.times(4), width: odd.times(5) }),
  channels: odd.optional(odd.times(3)),
  classes: odd.optional(odd.list([1, 4]).map(String)),
});

const partOf = ({ shape }: Images, count: number) => shape[0] === count;

export const dataCases: Record<string, Case> = {
  augmentImages: (odd) => {
    const images = imagesOf(odd);
    const found = data.augmentImages(images, new Random(1), {
      rotation: odd.number(15),
      scaling: odd.number(0.1),
      shift: odd.number(0.1),
    });
    hold(`${found.shape}` === `${images.shape}`, "another shape");
    return found;
  },
  checkClasses: (odd) => data.checkClasses(odd.labels(LABELS), odd.list([1, 4])),
  classesOf: (odd) => data.classesOf(odd.labels(LABELS)),
  encodeNpy: (odd) => data.readNpy(data.encodeNpy(imagesOf(odd))),
  encodeNpz: (odd) =>
    data.readNpz(data.encodeNpz({ [odd.name("a")]: imagesOf(odd) }, { compress: odd.flag() })),
  filterClasses: (odd) => {
    const { images, labels } = data.filterClasses(labelled(odd), odd.list([1, 4]));
    hold(partOf(images, labels.length), "labels do not fit images");
  },
  holdsTestImages: (odd) =>
    fileOf(odd, (path) => data.holdsTestImages(path, { maxBytes: odd.count(1e6) })),
  joinClasses: (odd) =>
    data.joinClasses(
      { labels: odd.labels(LABELS), classNames: odd.pick([["a", "b"], [], ["a", "a"]]) },
      { labels: odd.labels(LABELS), classNames: odd.pick([["b", "c"], ["", "b"]]) },
      { name: "more" },
    ),
  labelImages: (odd) => {
    const { images, labels } = data.labelImages(imagesOf(odd), odd.labels(LABELS));
    hold(partOf(images, labels.length), "labels do not fit images");
  },
  loadImages: (odd) => fileOf(odd, (path) => data.loadImages(path, readOptions(odd))),
  loadParts: (odd) =>
    fileOf(
      odd,
      (train) =>
        fileOf(odd, (val) =>
          data.loadParts({ ...readOptions(odd), train, val, trainLabels: odd.flag() })),
    ),
  openImages: (odd) =>
    fileOf(odd, async (path) => {
      const source = await data.openImages(path, readOptions(odd));
      let count = 0;
      for await (const chunk of source.chunks(odd.times(5))) count += chunk.shape[0];
      hold(count === source.count, `${count} of ${source.count} images`);
    }),
  readIdx: (odd) => data.readIdx(Uint8Array.of(0, 0, odd.pick([8, 9, 1]), 1, 0, 0, 0, 2, 1, 2)),
  readNpy: (odd) => data.readNpy(data.encodeNpy(imagesOf(odd)).slice(0, odd.pick([9, 1000]))),
  readNpz: (odd) =>
    data.readNpz(encodeNpz({ images: imagesOf(odd) }), { maxBytes: odd.number(1e6) }),
  resizeImages: (odd) => {
    const [height, width] = [odd.times(3), odd.times(5)];
    const found = data.resizeImages(imagesOf(odd), { height, width });
    hold(found.shape[1] === height && found.shape[2] === width, `it has shape ${found.shape}`);
    return found;
  },
  sampleLabelled: (odd) => {
    const perClass = odd.count(2);
    const found = data.sampleLabelled(labelled(odd), { perClass, seed: odd.times(3) });
    hold(found.labelled.images.shape[0] % perClass === 0, "another number");
  },
  sampleEvenly: (odd) => {
    const [labels, count] = [odd.labels(LABELS), odd.count(4)];
    const { sampled, others } = data.sampleEvenly(labels, { count, random: new Random(1) });
    hold(sampled.length === Math.min(count, labels.length), `${sampled.length} are sampled`);
    hold(sampled.length + others.length === labels.length, "rows are lost");
  },
  splitByClass: (odd) => {
    const labels = odd.labels(LABELS);
    const { kept, heldOut } = data.splitByClass(labels, {
      heldOut: odd.number(0.25),
      seed: odd.times(3),
    });
    hold(kept.length + heldOut.length === labels.length, "rows are lost");
    hold(heldOut.length > 0 || labels.length === 0, "nothing is held out");
  },
  splitImages: (odd) => {
    const images = imagesOf(odd);
    const found = data.splitImages(images, { heldOut: odd.number(0.25), seed: odd.times(3) });
    hold(found.kept.shape[0] + found.heldOut.shape[0] === images.shape[0], "rows are lost");
  },
  splitRows: (odd) => {
    const { kept, heldOut } = data.splitRows(odd.times(9), { heldOut: odd.number(2), seed: 0 });
    hold(kept.length > 0 && heldOut.length > 0, "a part is empty");
  },
  takeLabelled: (odd) => {
    const { images, labels } = data.takeLabelled(labelled(odd), odd.list([3, 1]));
    hold(partOf(images, labels.length), "labels do not fit images");
  },
  toChannels: (odd) => {
    const channels = odd.times(3);
    const found = data.toChannels(imagesOf(odd), channels);
    hold(found.shape[3] === channels, `it has shape ${found.shape}`);
    return found;
  },
  toFloat32: (odd) => data.toFloat32(imagesOf(odd)),
  toUint8: (odd) => data.toUint8(imagesOf(odd)),
};

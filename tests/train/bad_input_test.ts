import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { encodeNpy } from "../../lib/data/npy.ts";
import { encodeNpz } from "../../lib/data/npz.ts";
import { type NdArray, ndarray } from "../../lib/array/ndarray.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { writeTinyRun } from "../tiny_run.ts";
import { QUICK, tinyArrays, writeTinyFiles } from "./tiny_files.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));

/** What a person may get wrong: a file to make first, the words after `train`, the sentence. */
interface Fault {
  name: string;
  /** What `bad.npz` holds. */
  bad?: Uint8Array;
  words: string;
  message: RegExp;
}

const { images, labels } = tinyArrays(200);

function npz(arrays: Record<string, NdArray>): Uint8Array {
  return encodeNpz(arrays);
}

/** An `.npy` of 200 images that says it holds 500. */
function lyingHeader(): Uint8Array {
  const bytes = encodeNpy(images);
  bytes[new TextDecoder("latin1").decode(bytes).indexOf("(200,") + 1] = "5".charCodeAt(0);
  return bytes;
}

function withNaN(): NdArray {
  const pixels = new Float32Array(200 * 16).fill(0.5);
  pixels[7 * 16 + 3] = NaN;
  return ndarray("float32", [200, 4, 4], pixels);
}

const wider = ndarray("uint8", [15, 5, 4], new Uint8Array(15 * 20).fill(9));
const taller = ndarray("uint8", [15, 4, 5], new Uint8Array(15 * 20).fill(9));
const few = tinyArrays(15);

const TRAIN_BAD = "--train bad.npz --val val.npz";
const VAL_BAD = "--train unlabelled.npz --val bad.npz";
const GOOD = "--train unlabelled.npz --val val.npz";

const faults: Fault[] = [
  {
    name: "the training images are missing",
    words: TRAIN_BAD,
    message: /^Cannot read "bad.npz": there is no such file or folder$/,
  },
  {
    name: "the labelled images are missing",
    words: VAL_BAD,
    message: /^Cannot read "bad.npz": there is no such file or folder$/,
  },
  {
    name: "the test images are missing",
    words: `${GOOD} --test bad.npz`,
    message: /^Cannot read "bad.npz": there is no such file or folder$/,
  },
  {
    name: "the file is empty",
    bad: new Uint8Array(),
    words: TRAIN_BAD,
    message: /^Cannot read "bad.npz": the file is empty$/,
  },
  {
    name: "the npz is cut short",
    bad: npz({ images }).slice(0, -100),
    words: TRAIN_BAD,
    message: /^Cannot read "bad.npz": .*(cut|damaged|directory|ends)/,
  },
  {
    name: "the file is a zip bomb",
    words: `--train ${FIXTURES}/bomb.npz --val val.npz --max-bytes 1e6`,
    message: /bomb.npz": it unpacks to \d+ bytes, at most 1000000 are allowed, raise --max-bytes/,
  },
  {
    name: "the file is text",
    bad: new TextEncoder().encode("label,pixel\n1,0\n"),
    words: TRAIN_BAD,
    message:
      /^Cannot read "bad.npz": it begins with "label,pi", an .npz, .npy, Parquet or IDX file.* needed$/,
  },
  {
    name: "the array holds objects",
    words: `--train ${FIXTURES}/objects.npy --val val.npz`,
    message: /objects.npy": .*object/,
  },
  {
    name: "the header lies about the shape",
    bad: lyingHeader(),
    words: TRAIN_BAD,
    message: /^Cannot read "bad.npz": it holds 3200 bytes of elements, its header declares 8000 /,
  },
  {
    name: "the labelled images are of another size",
    bad: npz({ images: wider, labels: few.labels }),
    words: VAL_BAD,
    message:
      /^Cannot use "bad.npz": its images are 5x4x1, the training images 4x4x1, --size resizes all$/,
  },
  {
    name: "the test images are of another size",
    bad: npz({ images: taller, labels: few.labels }),
    words: `${GOOD} --test bad.npz`,
    message:
      /^Cannot use "bad.npz": its images are 4x5x1, the training images 4x4x1, --size resizes all$/,
  },
  {
    name: "a pixel is NaN",
    bad: npz({ images: withNaN() }),
    words: TRAIN_BAD,
    message: /^Cannot use .*bad.npz.* as images: image 7 \(the first is 0\) has a pixel of NaN/,
  },
  {
    name: "there are fewer labels than images",
    bad: npz({ images, labels: few.labels }),
    words: "--train bad.npz",
    message: /^Cannot use .*bad.npz.* as labels: there are 15 for 200 images, one each is needed$/,
  },
  {
    name: "the labelled images have more labels than images",
    bad: npz({ images: few.images, labels }),
    words: VAL_BAD,
    message: /^Cannot use .*bad.npz.* as labels: there are 200 for 15 images, one each is needed$/,
  },
  {
    name: "the labelled images have no labels",
    bad: npz({ images: few.images }),
    words: VAL_BAD,
    message: /^Cannot use "bad.npz": it has no labels, a label for each image is needed$/,
  },
  {
    name: "the test images have no labels",
    words: `${GOOD} --test unlabelled.npz`,
    message: /^Cannot use "unlabelled.npz": it has no labels, a label for each image is needed$/,
  },
  {
    name: "no labels are anywhere",
    words: "--train unlabelled.npz",
    message:
      /^Cannot train vae: no image has a label, --val must give about 5 labelled images of each class, or --model few-labels/,
  },
  {
    name: "a class has no labelled image",
    words: "--train train.npz --val val.npz --classes 1,4,8,9",
    message: /"train.npz": no image has the label 9, its labels are 1, 4, 8$/,
  },
  {
    name: "a class of --classes is not among the labelled images",
    bad: npz({ images: few.images, labels: ndarray("int32", [15], new Int32Array(15).fill(4)) }),
    words: "--train train.npz --val bad.npz --classes 1,4",
    message: /^Cannot take classes 1, 4 of "bad.npz": no image has the label 1, its labels are 4$/,
  },
  {
    name: "a class has fewer images than are to be labelled",
    words: "--train train.npz --labels-per-class 67",
    message: /^Cannot sample 67 labelled images of class 8: it has 66$/,
  },
  {
    name: "there are fewer images than a batch",
    words: `${GOOD} --batch-size 191`,
    message: /^Cannot train: there are 190 examples, a batch of 191 needs at least as many$/,
  },
  {
    name: "there is one image",
    bad: npz({ images: tinyArrays(1).images }),
    words: TRAIN_BAD,
    message:
      /^Cannot train on "bad.npz": there are 1 images to train on, at least 10 are needed to/,
  },
  {
    name: "every image is labelled",
    bad: npz(tinyArrays(15)),
    words: "--train bad.npz --labels-per-class 5",
    message: /^Cannot train on "bad.npz": all 15 images are the labelled ones, images without a .*/,
  },
  {
    name: "the run exists",
    words: `${GOOD} --out run`,
    message: /^Cannot write "run": it exists already, --force replaces it$/,
  },
  {
    name: "the run would replace something else",
    words: `${GOOD} --out photos --force`,
    message: /^Cannot replace "photos": it holds other files/,
  },
  {
    name: "the run would stand below a file",
    words: `${GOOD} --out val.npz/run`,
    message: /^Cannot write "val.npz\/run": a part of the path is a file, a folder is needed$/,
  },
  {
    name: "the run would stand where nobody can write",
    words: `${GOOD} --out /proc/glimpse/run`,
    message: /^Cannot write "\/proc\/glimpse\/run": /,
  },
  {
    name: "a flag is misspelt",
    words: `${GOOD} --latent-dims 3`,
    message: /^Cannot use --latent-dims: there is no such flag, did you mean --latent-dim$/,
  },
  {
    name: "a flag has no value of its kind",
    words: `${GOOD} --reconstruction normal`,
    message: /^Cannot use --reconstruction: the value is "normal", it needs one of bernoulli, gaus/,
  },
  {
    name: "an argument is no flag",
    words: `unlabelled.npz`,
    message: /^Cannot use "unlabelled.npz": train takes no arguments but flags$/,
  },
  {
    name: "the model is larger than --max-params",
    words: `${GOOD} --max-params 659`,
    message: /^Cannot train: the networks have 660 parameters, at most 659 are allowed$/,
  },
];

/** Every path below a folder, with the size of each file. */
function contents(dir: string): string[] {
  return namesIn(dir).flatMap((name) => {
    const { isDirectory, size } = Deno.statSync(`${dir}/${name}`);
    return isDirectory ? contents(`${dir}/${name}`) : [`${dir}/${name} ${size}`];
  });
}

for (const { name, bad, words, message } of faults) {
  Deno.test(`train says so in a sentence if ${name}`, async () => {
    await inFolder(async (dir) => {
      await writeTinyFiles(dir);
      await writeTinyRun(`${dir}/run`);
      await Deno.mkdir(`${dir}/photos`);
      await Deno.writeTextFile(`${dir}/photos/cat.txt`, "a cat");
      if (bad !== undefined) await Deno.writeFile(`${dir}/bad.npz`, bad);
      const before = contents(dir);
      const args = [...QUICK, ...words.split(" ")];
      const { code, stderr } = await runMain("train/main.ts", args, { cwd: dir });
      assertMatch(stderr, /^[^\n]+\n$/); // one line, so no stack
      assertMatch(stderr.trimEnd(), message);
      assertEquals(code, 1);
      assertEquals(contents(dir), before);
    });
  });
}

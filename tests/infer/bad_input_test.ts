import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { encodeNpy } from "../../lib/data/npy.ts";
import { encodeNpz } from "../../lib/data/npz.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { tinyImages, writeTinyRun } from "../tiny_run.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));
const LABELS = [1, 4, 8];
const images = ndarray("uint8", [3, 4, 4], tinyImages(LABELS));

/** What a person may get wrong: files to make first, the command, the sentence. */
interface Fault {
  name: string;
  make?: (dir: string) => Promise<void>;
  args: string[];
  message: RegExp;
}

const classify = ["classify", "bad.npz", "--run", "run"];

/** Writes the bytes under the name that {@linkcode classify} reads. */
function bad(bytes: Uint8Array): (dir: string) => Promise<void> {
  return (dir) => Deno.writeFile(`${dir}/bad.npz`, bytes);
}

/** An `.npy` of 3 images that says it holds 5. */
function lyingHeader(): Uint8Array {
  const bytes = encodeNpy(images);
  bytes[new TextDecoder("latin1").decode(bytes).indexOf("(3,") + 1] = "5".charCodeAt(0);
  return bytes;
}

const faults: Fault[] = [
  { name: "the images are missing", args: classify, message: /"bad.npz": there is no such file/ },
  {
    name: "the file is empty",
    make: bad(new Uint8Array()),
    args: classify,
    message: /^Cannot read "bad.npz": the file is empty$/,
  },
  {
    name: "the npz is cut short",
    make: bad(encodeNpz({ images }).slice(0, -30)),
    args: classify,
    message: /"bad.npz": .*(cut|damaged|directory|ends)/,
  },
  {
    name: "the file is a zip bomb",
    args: ["classify", `${FIXTURES}/bomb.npz`, "--run", "run", "--max-bytes", "1e6"],
    message: /bomb.npz": it unpacks to \d+ bytes, at most 1000000 are allowed, raise --max-bytes/,
  },
  {
    name: "the file unpacks to more than --max-bytes",
    make: bad(encodeNpz({ images })),
    args: [...classify, "--max-bytes", "100"],
    message: /unpacks to \d+ bytes, at most 100 are allowed/,
  },
  {
    name: "the file is text",
    make: bad(new TextEncoder().encode("label,pixel\n1,0\n")),
    args: classify,
    message: /"bad.npz": it begins with "label,pi", an .npz, .npy, Parquet or IDX file.* is needed/,
  },
  {
    name: "the array holds objects",
    args: ["classify", `${FIXTURES}/objects.npy`, "--run", "run"],
    message: /objects.npy": .*object/,
  },
  {
    name: "the header lies about the shape",
    make: bad(lyingHeader()),
    args: classify,
    message: /"bad.npz": .*(bytes|ends|short)/,
  },
  {
    name: "the images have a number of channels that cannot be converted",
    make: bad(encodeNpz({ images: ndarray("uint8", [2, 4, 4, 2], new Uint8Array(64)) })),
    args: classify,
    message: /Cannot turn images of 2 channels into 1/,
  },
  {
    name: "a pixel is NaN",
    make: bad(encodeNpz({ images: ndarray("float32", [1, 4, 4], new Float32Array(16).fill(NaN)) })),
    args: classify,
    message: /image 0 \(the first is 0\) has a pixel of NaN/,
  },
  {
    name: "there are more labels than images",
    make: bad(encodeNpz({ images, labels: ndarray("int32", [4], new Int32Array(4)) })),
    args: classify,
    message: /4 .*3/,
  },
  {
    name: "the key of the images is wrong",
    make: bad(encodeNpz({ images })),
    args: [...classify, "--images-key", "pictures"],
    message: /it has no array "pictures", name one of "images" .*with --images-key/,
  },
  {
    name: "the output exists",
    make: bad(encodeNpz({ images })),
    args: [...classify, "--out", "bad.npz"],
    message: /^Cannot write "bad.npz": it exists already, --force replaces it$/,
  },
  {
    name: "the output is a folder",
    make: bad(encodeNpz({ images })),
    args: [...classify, "--out", "run", "--force"],
    message: /^Cannot write "run": it is no regular file, another name is needed$/,
  },
  {
    name: "the output cannot be written",
    make: bad(encodeNpz({ images })),
    args: [...classify, "--out", "bad.npz/a.csv"],
    message: /^Cannot write "bad.npz\/a.csv": a part of the path is a file, a folder is needed$/,
  },
  {
    name: "generate would replace a folder that it did not write",
    args: ["generate", "--run", "run", "--out", "run", "--force"],
    message:
      /^Cannot replace "run": it holds \S+, which generate did not write, another name is needed$/,
  },
  {
    name: "the run is missing",
    make: bad(encodeNpz({ images })),
    args: ["classify", "bad.npz", "--run", "runs/none"],
    message: /^Cannot read run "runs\/none": there is no such folder/,
  },
  {
    name: "a file of the run is missing",
    make: async (dir) => {
      await bad(encodeNpz({ images }))(dir);
      await Deno.remove(`${dir}/run/classifier_uint8.onnx`);
    },
    args: classify,
    message: /^Cannot read run "run": its classifier_uint8.onnx is missing/,
  },
  {
    name: "a file of the run was altered",
    make: (dir) => Deno.writeFile(`${dir}/run/decoder.onnx`, Uint8Array.of(0), { append: true }),
    args: ["generate", "--run", "run"],
    message: /^Cannot read run "run": its decoder.onnx was altered after train wrote it/,
  },
  {
    name: "the run is of a newer format",
    make: async (dir) => {
      const path = `${dir}/run/manifest.json`;
      const text = await Deno.readTextFile(path);
      await Deno.writeTextFile(path, text.replace('"formatVersion": 2', '"formatVersion": 9'));
    },
    args: ["generate", "--run", "run"],
    message: /^Cannot read run "run": it has format version 9, this Glimpse reads version 2 /,
  },
  {
    name: "a flag is misspelt",
    args: [...classify, "--probability"],
    message: /^Cannot use --probability: there is no such flag, did you mean --probabilities$/,
  },
  {
    name: "a flag has the wrong kind of value",
    args: ["generate", "--run", "run", "--count", "many"],
    message: /^Cannot use --count: the value is "many", it needs an integer of 1 or more$/,
  },
  {
    name: "a flag is missing",
    args: ["reconstruct", "bad.npz"],
    message: /^Cannot run reconstruct: --run is missing, it gives the run folder that train wrote$/,
  },
  {
    name: "the images are not given",
    args: ["classify", "--run", "run"],
    message: /^Cannot run classify: IMAGES is missing, it gives an .npz/,
  },
  {
    name: "a command is misspelt",
    args: ["clasify"],
    message: /^Cannot run "clasify": there is no such command, did you mean classify$/,
  },
];

/** Every path below a folder, with the size of each file. */
function contents(dir: string): string[] {
  return namesIn(dir).flatMap((name) => {
    const { isDirectory, size } = Deno.statSync(`${dir}/${name}`);
    return isDirectory ? contents(`${dir}/${name}`) : [`${dir}/${name} ${size}`];
  });
}

for (const { name, make, args, message } of faults) {
  Deno.test(`a command says so in a sentence if ${name}`, async () => {
    await inFolder(async (dir) => {
      await writeTinyRun(`${dir}/run`);
      await make?.(dir);
      const before = contents(dir);
      const { code, stdout, stderr } = await runMain("infer/main.ts", args, { cwd: dir });
      assertMatch(stderr, /^[^\n]+\n$/); // one line, so no stack
      assertMatch(stderr.trimEnd(), message);
      assertEquals([code, stdout], [1, ""]);
      assertEquals(contents(dir), before);
    });
  });
}

import { assertEquals, assertMatch } from "@std/assert";
import { encodeNpz } from "../../lib/data/npz.ts";
import { createSession } from "../../lib/runtime/session.ts";
import { inFolder, runMain } from "../command_line.ts";
import { writeTinyReportedRun } from "../tiny_report.ts";
import { tinyImages } from "../tiny_run.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { slice } from "../../lib/array/rows.ts";
import { Classifier } from "../../infer/classifier.ts";
import {
  formatOutliers,
  formatScores,
  labelsOf,
  type Predictions,
  writePredictions,
} from "../../infer/predictions.ts";
import type { ImageSource } from "../../lib/data/image_source.ts";

/** A classifier that knows its classes and has no model. */
function classifier(classes: readonly number[], classNames?: readonly string[]): Classifier {
  return new Classifier(() => Promise.reject(new Error("no model")), { classes, classNames });
}

const ints = (...values: number[]) => Int32Array.from(values);

Deno.test("formatScores() counts labels that the run does not know as wrong, and names them", () => {
  const lines = formatScores(ints(1, 4, 9, 7, 9), ints(1, 1, 1, 4, 4), {
    classifier: classifier([1, 4]),
    unknown: ["7", "owl"],
  });
  assertEquals(lines[0].split(",")[0], "accuracy 0.2000");
  assertEquals(lines.slice(1), [
    "3 images have labels that the run does not know (7, owl): counted as wrong",
  ]);
});

Deno.test("formatOutliers() gives the share of outliers, and the accuracy of the others", () => {
  const predictions: Predictions = {
    labels: ints(1, 1, 4, 4),
    isOutlier: [true, false, false, false],
  };
  assertEquals(formatOutliers(predictions, ints(4, 1, 4, 1)), [
    "1 outliers (25.0%), accuracy of the others 66.7%",
  ]);
  assertEquals(formatOutliers(predictions, undefined), ["1 outliers (25.0%)"]);
  assertEquals(formatOutliers({ labels: predictions.labels }, undefined), []);
  const all = { labels: ints(1), isOutlier: [true] };
  assertEquals(formatOutliers(all, ints(1)), ["1 outliers (100.0%)"]);
});

Deno.test("classify --outliers writes what classifier.onnx says, at any rate", async () => {
  await inFolder(async (dir) => {
    await writeTinyReportedRun(`${dir}/run`);
    // Images of the run's classes, a white one, a black one and a chequered one.
    const pixel = [() => 255, () => 0, (p: number) => (p + (p >> 2)) % 2 * 255];
    const odd = pixel.flatMap((shade) => Array.from({ length: 16 }, (_, p) => shade(p)));
    const images = ndarray(
      "uint8",
      [7, 4, 4, 1],
      Uint8Array.of(...tinyImages([1, 4, 8, 1]), ...odd),
    );
    await Deno.writeFile(`${dir}/images.npz`, encodeNpz({ images }));
    const session = await createSession(await Deno.readFile(`${dir}/run/classifier_uint8.onnx`));
    const { outlier, outlier_score: { data: scores } } = await session.run({ images });
    await session.release();
    assertEquals([...outlier.data].slice(4).map(Boolean), [true, true, true]);
    for (const rate of ["0.01", "0.4"]) {
      const args = ["classify", "images.npz", "--run", "run", "--outliers", rate, "--force"];
      const { code, stdout, stderr } = await runMain("infer/main.ts", args, { cwd: dir });
      assertEquals([code, stderr], [0, ""]);
      const csv = await Deno.readTextFile(`${dir}/vae.csv`);
      const [header, ...rows] = csv.trimEnd().split("\n").map((row) => row.split(","));
      assertEquals(header, ["Predicted_Label", "Outlier_Score", "Outlier"]);
      assertEquals(rows.map(([, score]) => Math.fround(Number(score))), [...scores].map(Number));
      const flags = rows.map(([, , flag]) => flag === "true");
      if (rate === "0.01") assertEquals(flags, [...outlier.data].map(Boolean));
      else assertEquals(flags, [...scores].map((score) => Number(score) > 0.6));
      assertMatch(stdout, new RegExp(`\\n${flags.filter(Boolean).length} outliers \\(`));
    }
  });
});

Deno.test("labelsOf() joins classes by name, and gives no labels where no class is known", () => {
  const named = { labels: ints(0, 1, 2), classNames: ["cat", "dog", "owl"] };
  const ofSource = (source: Partial<ImageSource>, names?: readonly string[]) =>
    labelsOf(source as ImageSource, classifier([0, 1], names));
  const { labels, unknown } = ofSource(named, ["dog", "cat"]);
  assertEquals([...labels!], [1, 0, 2]);
  assertEquals(unknown, ["owl"]);
  // The run has a name for cats, but did not learn them.
  const some = labelsOf(named as unknown as ImageSource, classifier([0], ["dog", "cat"]));
  assertEquals(some.unknown, ["cat", "owl"]);
  // A run of numbers knows nothing of a folder's names, whatever places they have there.
  const numbered = ofSource(named);
  assertEquals(numbered.labels, undefined);
  assertEquals(numbered.warnings, [
    'no scores: Cannot join the classes of the images: they are "cat", "dog", "owl", ' +
    'of the classes "0", "1" at least one is needed',
  ]);
  assertEquals(ofSource({}), { unknown: [], warnings: [] });
});

Deno.test("writePredictions() names files, and no name is a formula", async () => {
  const fileNames = ["=1+1.png", "a b/10.png", "a c/10.png", "+é,ü.png", "-1.png", "@x.png"];
  const names = ["=cat", "owl"];
  const images = ndarray("uint8", [6, 1, 1, 1], new Uint8Array(6));
  async function* chunks() {
    await Promise.resolve();
    yield slice(images, 0, 4);
    yield slice(images, 4, 6);
  }
  const predict = async (source: object, known: Classifier) => {
    known.classify = ({ shape: [count] }) =>
      Promise.resolve({
        labels: Int32Array.from({ length: count }, (_, i) => known.classes[i % 2]),
        probabilities: ndarray("float32", [count, 2], new Float32Array(2 * count)),
      } as Awaited<ReturnType<Classifier["classify"]>>);
    const out = await Deno.makeTempFile();
    try {
      await writePredictions({ count: 6, chunks, ...source } as unknown as ImageSource, known, {
        out,
        force: true,
      });
      return (await Deno.readTextFile(out)).trimEnd().split("\n");
    } finally {
      await Deno.remove(out);
    }
  };
  assertEquals(await predict({ fileNames }, classifier([0, 1], names)), [
    "File,Predicted_Label",
    "'=1+1.png,'=cat",
    "a b/10.png,owl",
    "a c/10.png,'=cat",
    '"\'+é,ü.png",owl',
    "'-1.png,'=cat",
    "'@x.png,owl",
  ]);
  // Spreadsheets skip a leading tab or return, and then run what follows.
  const blanks = await predict({}, classifier([0, 1], ["\t=1", "\r=2"]));
  assertEquals(blanks.slice(1, 3), ["'\t=1", '"\'\r=2"']);
  // Negative labels are numbers, and arrays have no files.
  const numbers = ["Predicted_Label", "-1", "4", "-1", "4", "-1", "4"];
  assertEquals(await predict({}, classifier([-1, 4])), numbers);
});

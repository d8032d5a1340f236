import { assertEquals, assertMatch } from "@std/assert";
import { encodeNpz } from "../../lib/data/npz.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { createSession } from "../../lib/runtime/session.ts";
import { OutlierDetector } from "../../infer/outliers.ts";
import { inFolder, namesIn, runMain } from "../command_line.ts";
import { writeTinyReportedRun } from "../tiny_report.ts";
import { tinyDecoder, tinyImages, writeTinyRun } from "../tiny_run.ts";

const LABELS = [1, 4, 8, 1];

/** Four images of the run's classes, a white one and a chequered one, with labels of classes. */
async function writeImages(path: string): Promise<void> {
  const white = new Uint8Array(16).fill(255);
  const chequered = Uint8Array.from(white, (value, p) => (p + (p >> 2)) % 2 * value);
  const pixels = Uint8Array.of(...tinyImages(LABELS), ...white, ...chequered);
  const labels = BigInt64Array.from([...LABELS, 8, 8], BigInt);
  await Deno.writeFile(
    path,
    encodeNpz({
      images: ndarray("uint8", [6, 4, 4], pixels),
      labels: ndarray("int64", [6], labels),
    }),
  );
}

Deno.test("classify --outliers flags images of no class, and scores the others", async () => {
  await inFolder(async (dir) => {
    await writeTinyReportedRun(`${dir}/run`);
    await writeImages(`${dir}/images.npz`);
    const classify = (...flags: string[]) =>
      runMain("infer/main.ts", ["classify", "images.npz", "--run", "run", ...flags], { cwd: dir });

    const { code, stdout, stderr } = await classify("--outliers", "0.01");
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /\n2 outliers \(33\.3%\), accuracy of the others 100\.0%\n$/);
    const rows = (await Deno.readTextFile(`${dir}/vae.csv`)).trimEnd().split("\n");
    assertEquals(rows.slice(0, 5), ["Predicted_Label,Outlier", "1,", "4,", "8,", "1,"]);
    assertEquals(rows.slice(5).map((row) => row.split(",")[1]), ["unlikely", "unlikely"]);

    const both = await classify("--outliers", "0.01", "--probabilities", "--out", "both.csv");
    assertEquals(both.code, 0);
    const [header, first] = (await Deno.readTextFile(`${dir}/both.csv`)).split("\n");
    assertMatch(header, /^Predicted_Label,.+,Log_Likelihood,Outlier$/);
    assertEquals(first.split(",").length, header.split(",").length);
  });
});

Deno.test("classify --outliers needs a run that holds the latents of its training images", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    await writeImages(`${dir}/images.npz`);
    const before = namesIn(dir);
    const args = ["classify", "images.npz", "--run", "run", "--outliers", "0.01"];
    const { code, stderr } = await runMain("infer/main.ts", args, { cwd: dir });
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^Cannot detect outliers with run "run": its system tiny has no latents\.npz, .+\n$/,
    );
    assertEquals(namesIn(dir), before);
  });
});

Deno.test("OutlierDetector detects what is encoded among the training images and reconstructed badly", async () => {
  const decoder = await createSession(tinyDecoder());
  const detector = new OutlierDetector(decoder, {
    rate: 0.01,
    logLikelihood: -9,
    reconstructionError: 0.5,
  });
  // Both are said to lie where the left half is light; the second is light on the right.
  const images = ndarray("uint8", [2, 4, 4, 1], tinyImages([1, 4]));
  const reasons = await detector.detect(images, {
    logLikelihood: Float32Array.of(-2, -2),
    zMean: ndarray("float32", [2, 2], Float32Array.of(1.6, -1.6, 1.6, -1.6)),
  });
  await detector.release();
  assertEquals(reasons, [undefined, "unlike its reconstruction"]);
});

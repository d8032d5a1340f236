/// <reference lib="dom" />
import { isOutlier } from "../../../lib/latent/outlier_detector.ts";
import { DrawingPad } from "../../explore/page/drawing_pad.ts";
import { element } from "../../explore/page/element.ts";
import {
  centrePicture,
  invertPicture,
  isOnPaper,
  type Picture,
  stretchPicture,
} from "../../explore/page/fit_picture.ts";
import { showImage } from "../../explore/page/image_canvas.ts";
import { latestWins } from "../../explore/page/models.ts";
import { readPictureFile, toPictureChannels } from "../../explore/page/picture_file.ts";
import { formatShare, ProbabilityBars } from "../../explore/page/probability_bars.ts";
import type { TryData } from "../try_data.ts";
import { Camera } from "./camera.ts";
import { openEmbedded } from "./embedded.ts";

const data: TryData = JSON.parse(element("data", HTMLScriptElement).textContent!);
const { imageShape, classNames } = data;
const [height, width, channels] = imageShape;
const about = element("about", HTMLElement);
const centre = element("centre", HTMLInputElement);
const invert = element("invert", HTMLInputElement);
const bars = new ProbabilityBars(element("bars", HTMLElement), classNames);
/** A picture from a file or the camera; without one the drawing counts. */
let shown: Picture | undefined;

function say(answer: string, reason: string, { isUnsure = false } = {}): void {
  const heading = element("answer", HTMLElement);
  // What is unchanged must not be read out again at each stroke.
  if (heading.textContent !== answer) heading.textContent = answer;
  heading.classList.toggle("outlier", isUnsure);
  element("reason", HTMLElement).textContent = reason;
}

function start(classify: Awaited<ReturnType<typeof openEmbedded>>): void {
  const predict = latestWins(async (picture: Picture | undefined) => {
    if (picture === undefined) {
      bars.show(undefined);
      return say("Nothing drawn yet", "");
    }
    showImage(element("seen", HTMLCanvasElement), picture.values, imageShape);
    const { probabilities, outlierScore } = await classify(picture.values);
    bars.show(probabilities);
    const all = Array.from(probabilities);
    const best = all.indexOf(Math.max(...all));
    if (isOutlier(outlierScore)) {
      say("I don't know", `It is unlike the training images; it would be ${classNames[best]}`, {
        isUnsure: true,
      });
    } else say(`This is ${classNames[best]}`, `sure to ${formatShare(all[best])}`);
  });
  const submit = () => {
    let picture = toPictureChannels(shown ?? pad.read(), channels);
    if (invert.checked) picture = invertPicture(picture);
    const size = { height, width };
    const isEmpty = shown === undefined && centrePicture(picture, size) === undefined;
    predict(
      isEmpty
        ? undefined
        : centre.checked
        ? centrePicture(picture, size)
        : stretchPicture(picture, size),
    );
  };
  /** Grey images of another size are taken for handwriting, with light ink. */
  const guess = (picture: Picture | undefined) => {
    const fits = picture?.height === height && picture.width === width;
    centre.checked = channels === 1 && !fits;
    invert.checked = channels === 1 && !fits && picture !== undefined && isOnPaper(picture);
  };
  const pad = new DrawingPad(element("pad", HTMLCanvasElement), {
    onChange() {
      if (shown !== undefined) guess(undefined);
      shown = undefined;
      submit();
    },
  });
  guess(undefined);
  const camera = new Camera((picture, source) => {
    if (shown === undefined) guess(picture);
    shown = picture;
    pad.show(source, source);
    submit();
  });
  const takeFile = async (file: File | undefined) => {
    if (file === undefined) return;
    camera.stop();
    try {
      const { picture, source } = await readPictureFile(file);
      guess(picture);
      shown = picture;
      pad.show(source, source);
      submit();
    } catch (error) {
      say((error as Error).message, "");
    }
  };
  element("clear", HTMLElement).addEventListener("click", () => {
    camera.stop();
    pad.clear();
  });
  for (const box of [centre, invert]) box.addEventListener("change", submit);
  const input = element("file", HTMLInputElement);
  input.addEventListener("change", () => {
    takeFile(input.files?.[0]);
    input.value = "";
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    takeFile(event.dataTransfer?.files[0]);
  });
  addEventListener("paste", (event) => takeFile(event.clipboardData?.files[0]));
}

try {
  element("run-name", HTMLElement).textContent = data.name;
  showImage(
    element("seen", HTMLCanvasElement),
    new Float32Array(height * width * channels),
    imageShape,
  );
  start(await openEmbedded(imageShape));
  about.textContent = `Classes ${classNames.join(", ")} · images of ${height}×${width} · ` +
    "computed in this page, which needs no network";
  document.documentElement.dataset.ready = "true";
} catch (error) {
  about.textContent = `This page cannot classify: ${(error as Error).message}`;
  about.role = "alert";
}

import { basename, resolve } from "node:path";
import type { NdArray } from "../../lib/array/ndarray.ts";
import { platform } from "../../lib/platform/platform.ts";
import type { LabellingData } from "../../lib/run/labelling_file.ts";
import { readRun, type Run, RUN_FILES } from "../../lib/run/run_folder.ts";
import { moduleFiles, type PageFile, type PageFiles, text, TYPES } from "../page/bundle_page.ts";
import { servedExport } from "./export_page.ts";
import { type LabelPageData, THUMBNAILS_PER_FILE } from "./page_data.ts";

/** The modules that the browser starts. */
const ENTRY_POINTS = ["page.ts", "refit_worker.ts"];

/** Where the exported page is: for trying the classifier, and to be saved. */
const TRY_PATH = "/classify.html";

/** Gathers the page of a run that can be labelled: its sources bundled, and what is known of images. */
export async function labelFiles(
  run: Run,
  { space, map, thumbnails }: LabellingData,
  { names, token }: { names: readonly string[]; token: string },
): Promise<PageFiles> {
  const [count, height, width, channels] = thumbnails.shape;
  const data: LabelPageData = {
    name: basename(resolve(run.dir)),
    token,
    names,
    thumbnailShape: [height, width, channels],
    neighbours: space.neighbours.shape[1],
    isFinished: RUN_FILES.classifier in run.manifest.files,
  };
  const read = async (path: string): Promise<PageFile["body"]> =>
    await platform.readFile(new URL(path, import.meta.url)) as Uint8Array<ArrayBuffer>;
  const files: [string, PageFile][] = [
    ["/", { type: TYPES.html, body: await read("./page/index.html") }],
    ["/style.css", { type: TYPES.css, body: await read("../explore/page/style.css") }],
    ["/label.css", { type: TYPES.css, body: await read("./page/label.css") }],
    [TRY_PATH, {
      type: TYPES.html,
      body: async () => await servedExport(await readRun(run.dir)),
    }],
    ["/run.json", text("json", JSON.stringify(data))],
    ["/map.bin", binary(map.data)],
    ["/neighbours.bin", binary(space.neighbours.data)],
    ["/isolation.bin", binary(space.isolation)],
    ["/clusters.bin", binary(space.clusters)],
    ["/middles.bin", binary(space.middles)],
  ];
  const stride = height * width * channels;
  for (let start = 0; start < count; start += THUMBNAILS_PER_FILE) {
    const end = Math.min(count, start + THUMBNAILS_PER_FILE);
    const part = thumbnails.data.subarray(start * stride, end * stride);
    files.push([`/thumbnails/${start / THUMBNAILS_PER_FILE}.bin`, binary(part)]);
  }
  const modules = await moduleFiles(new URL("./page/", import.meta.url), ENTRY_POINTS);
  return new Map([...files, ...modules]);
}

/** Numbers as this machine has them, which is the one that shows them. */
function binary(
  { buffer, byteOffset, byteLength }: Exclude<NdArray["data"], BigInt64Array>,
): PageFile {
  return { type: TYPES.bin, body: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength) };
}

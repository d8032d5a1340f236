import { type Run, RUN_FILES } from "../../lib/run/run_folder.ts";
import { InputError } from "../../lib/input_error.ts";
import { checkUnconditional } from "../check_holds.ts";
import {
  moduleFiles,
  type PageFile,
  type PageFiles,
  runtimeFiles,
  text,
  TYPES,
} from "../page/bundle_page.ts";
import { formatPageData } from "./page_data.ts";
import { readPageData } from "./read_page_data.ts";
import { shownSpace } from "./shown_space.ts";
import { platform } from "../../lib/platform/platform.ts";

/** The modules that the browser starts. */
const ENTRY_POINTS = ["page.ts", "models_worker.ts"];

/**
 * Gathers a run's page: its sources bundled, the runtime and the run's own files.
 *
 * @throws {InputError} If a file of the run is missing, damaged or a link to somewhere else.
 */
export async function pageFiles(run: Run): Promise<PageFiles> {
  // First, so that a run that lacks something is reported before the page is bundled.
  checkUnconditional(run, { action: "explore" });
  for (const name of [RUN_FILES.encoder, RUN_FILES.decoder, RUN_FILES.classifier]) {
    await checkNoLink(`${run.dir}/${name}`);
  }
  const shown = await shownSpace(run);
  const files: [string, PageFile][] = [
    ["/run.json", text("json", formatPageData(readPageData(run, shown)))],
    [`/${RUN_FILES.encoder}`, { type: TYPES.onnx, body: shown.encoder }],
    [`/${RUN_FILES.decoder}`, { type: TYPES.onnx, body: shown.decoder }],
  ];
  if (shown.outlierModel !== undefined) {
    files.push([`/${RUN_FILES.classifier}`, { type: TYPES.onnx, body: shown.outlierModel }]);
  }
  const html = await platform.readFile(new URL("./page/index.html", import.meta.url));
  const css = await platform.readFile(new URL("./page/style.css", import.meta.url));
  files.push(["/", { type: TYPES.html, body: html }], ["/style.css", {
    type: TYPES.css,
    body: css,
  }]);
  const modules = await moduleFiles(new URL("./page/", import.meta.url), ENTRY_POINTS);
  return new Map([...files, ...modules, ...await runtimeFiles()]);
}

async function checkNoLink(path: string): Promise<void> {
  const info = await platform.lstat(path).catch(() => undefined);
  if (info?.isSymlink) {
    throw new InputError(
      `Cannot explore "${path}": it is a symbolic link, the file itself is needed`,
    );
  }
}

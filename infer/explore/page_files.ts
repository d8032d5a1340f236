import { fileURLToPath } from "node:url";
import { type Run, RUN_FILES } from "../../lib/run/run_folder.ts";
import { InputError } from "../../lib/input_error.ts";
import { checkUnconditional } from "../check_holds.ts";
import { formatPageData } from "./page_data.ts";
import { readPageData } from "./read_page_data.ts";
import { shownSpace } from "./shown_space.ts";
import { platform } from "../../lib/platform/platform.ts";

/** One thing that the server gives out. */
export interface PageFile {
  readonly type: string;
  /** Its bytes, or the file that holds them: for those too large to hold. */
  readonly body: Uint8Array<ArrayBuffer> | URL;
}

/** Everything that a page consists of, by the path in its address. Nothing else can be read. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  wasm: "application/wasm",
  onnx: "application/octet-stream",
} as const;

/** The modules that the browser starts; each is bundled with what it imports. */
const ENTRY_POINTS = ["page.ts", "models_worker.ts"];

/**
 * The npm package of the runtime for browsers. It is neither in deno.json nor in a static import,
 * and `deno task explore` has a lock file of its own, for Deno fetches all that the lock file names
 * before it runs anything: no other command shall wait for these 139 MB.
 */
const RUNTIME = "npm:onnxruntime-web@1.30.0";

/** Its files: with WebGPU, and without. */
const RUNTIME_FILES = [
  "ort.webgpu.min.mjs",
  "ort-wasm-simd-threaded.asyncify.mjs",
  "ort-wasm-simd-threaded.asyncify.wasm",
  "ort.wasm.min.mjs",
  "ort-wasm-simd-threaded.mjs",
  "ort-wasm-simd-threaded.wasm",
];

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
  for (const name of ENTRY_POINTS) {
    files.push([`/${name.replace(/ts$/, "js")}`, text("js", await bundle(name))]);
  }
  const runtime = await runtimeFolder();
  for (const name of RUNTIME_FILES) {
    const type = TYPES[name.endsWith("wasm") ? "wasm" : "mjs"];
    files.push([`/ort/${name}`, { type, body: new URL(name, runtime) }]);
  }
  return new Map(files);
}

function text(type: keyof typeof TYPES, content: string): PageFile {
  return { type: TYPES[type], body: new TextEncoder().encode(content) };
}

/** One of the page's modules with all that it imports, as JavaScript. */
async function bundle(name: string): Promise<string> {
  const { success, errors, outputFiles = [] } = await Deno.bundle({
    entrypoints: [fileURLToPath(new URL(`./page/${name}`, import.meta.url))],
    platform: "browser",
    format: "esm",
    minify: true,
    write: false,
  });
  if (!success) {
    throw new Error(`Cannot bundle ${name}: ${errors.map(({ text }) => text).join("; ")}`);
  }
  return outputFiles[0].text();
}

/** Where the npm package of the runtime lies on disk. */
async function runtimeFolder(): Promise<string> {
  // The import has Deno fetch the package, without which it has no place on disk.
  await import(`${RUNTIME}/wasm`);
  return import.meta.resolve(`${RUNTIME}/ort-wasm-simd-threaded.wasm`);
}

async function checkNoLink(path: string): Promise<void> {
  const info = await platform.lstat(path).catch(() => undefined);
  if (info?.isSymlink) {
    throw new InputError(
      `Cannot explore "${path}": it is a symbolic link, the file itself is needed`,
    );
  }
}

import { fileURLToPath } from "node:url";

/** One thing that the server gives out. */
export interface PageFile {
  readonly type: string;
  /** Its bytes, the file that holds them, for those too large to hold, or what makes them. */
  readonly body: Uint8Array<ArrayBuffer> | URL | (() => Promise<MadeFile>);
}

/** What is made when it is asked for. */
export interface MadeFile {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Its content security policy, where it needs another than the page's. */
  readonly policy: string;
}

/** Everything that a page consists of, by the path in its address. Nothing else can be read. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** The media types of the files of a page. */
export const TYPES = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  wasm: "application/wasm",
  onnx: "application/octet-stream",
  bin: "application/octet-stream",
} as const;

/**
 * The npm package of the runtime for browsers. It is neither in deno.json nor in a static import,
 * and the tasks with pages have lock files of their own, for Deno fetches all that the lock file names
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

/** Text as a file of a page. */
export function text(type: keyof typeof TYPES, content: string): PageFile {
  return { type: TYPES[type], body: new TextEncoder().encode(content) };
}

/** One of a page's modules with all that it imports, as JavaScript. */
export async function bundle(module: URL): Promise<string> {
  const { success, errors, outputFiles = [] } = await Deno.bundle({
    entrypoints: [fileURLToPath(module)],
    platform: "browser",
    format: "esm",
    minify: true,
    write: false,
  });
  if (!success) {
    throw new Error(`Cannot bundle ${module}: ${errors.map(({ text }) => text).join("; ")}`);
  }
  return outputFiles[0].text();
}

/** The modules that the browser starts, each bundled with what it imports. */
export async function moduleFiles(
  folder: URL,
  names: readonly string[],
): Promise<[path: string, file: PageFile][]> {
  const files: [path: string, file: PageFile][] = [];
  // One after the other: the first downloads Deno's bundler, and two at once break the download.
  for (const name of names) {
    const code = await bundle(new URL(name, folder));
    files.push([`/${name.replace(/ts$/, "js")}`, text("js", code)]);
  }
  return files;
}

/** The files of the runtime, under `/ort/`. */
export async function runtimeFiles(): Promise<[path: string, file: PageFile][]> {
  const folder = await runtimeFolder();
  return RUNTIME_FILES.map((name) => {
    const type = TYPES[name.endsWith("wasm") ? "wasm" : "mjs"];
    return [`/ort/${name}`, { type, body: new URL(name, folder) }];
  });
}

/** Where one of the runtime's files lies on disk. */
export async function runtimeFile(name: string): Promise<URL> {
  return new URL(name, await runtimeFolder());
}

/** Where the npm package of the runtime lies on disk. */
async function runtimeFolder(): Promise<string> {
  // The import has Deno fetch the package, without which it has no place on disk.
  await import(`${RUNTIME}/wasm`);
  return import.meta.resolve(`${RUNTIME}/ort-wasm-simd-threaded.wasm`);
}

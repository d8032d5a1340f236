import { gzipSync } from "node:zlib";
import { basename, resolve } from "node:path";
import { platform } from "../../lib/platform/platform.ts";
import { classesOf, type Run, RUN_FILES } from "../../lib/run/run_folder.ts";
import { bundle, type MadeFile, runtimeFile } from "../page/bundle_page.ts";
import type { TryData } from "./try_data.ts";

/** ONNX Runtime's module with its WebAssembly glue, and the WebAssembly itself. */
const RUNTIME_MODULE = "ort.wasm.bundle.min.mjs";
const RUNTIME_WASM = "ort-wasm-simd-threaded.wasm";

/** What the page's own code stands after. */
const MODULE = '<script type="module">';

/** The parts that are the same for every run, made once. */
let parts: Promise<{ html: string; module: string; wasm: string }> | undefined;

/**
 * One page that classifies images by a run's classifier, with all that it needs: model, runtime,
 * code and style. It works from disk without a network.
 *
 * @throws {InputError} If the run has no classifier.
 */
async function exportPage(run: Run): Promise<string> {
  const { classNames, imageShape } = run.manifest;
  const data: TryData = {
    name: basename(resolve(run.dir)),
    classNames: classesOf(run).map((label) => classNames?.[label] ?? String(label)),
    imageShape,
  };
  const { html, module, wasm } = await (parts ??= makeParts());
  // A name could end the script: JSON may write its letters as numbers.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  const model = toText(await run.read(RUN_FILES.classifier));
  const embedded = [
    ["data", json],
    ["runtime-module", module],
    ["runtime-wasm", wasm],
    ["model", model],
  ].map(([id, text]) => `<script type="text/plain" id="${id}">${text}</script>`);
  return html.replace("</head>", () => `${embedded.join("\n")}\n</head>`);
}

/**
 * The same as a file of a server. It may run its own code and nothing else, and load nothing.
 *
 * @throws {InputError} If the run has no classifier.
 */
export async function servedExport(run: Run): Promise<MadeFile> {
  const html = await exportPage(run);
  const hashOf = async (text: string) => {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return `'sha256-${new Uint8Array(hash).toBase64()}'`;
  };
  const between = (start: string, end: string) => {
    const from = html.indexOf(start) + start.length;
    return html.slice(from, html.indexOf(end, from));
  };
  const policy = [
    "default-src 'none'",
    `script-src ${await hashOf(between(MODULE, "</script>"))} blob: 'wasm-unsafe-eval'`,
    `style-src ${await hashOf(between("<style>", "</style>"))}`,
    "img-src data: blob:",
    "media-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { body: new TextEncoder().encode(html), policy };
}

async function makeParts() {
  const read = async (path: string) => await platform.readTextFile(new URL(path, import.meta.url));
  const style = await read("../explore/page/style.css");
  const code = await bundle(new URL("./try/page.ts", import.meta.url));
  const [module, wasm] = await Promise.all(
    [RUNTIME_MODULE, RUNTIME_WASM].map(async (name) =>
      toText(await platform.readFile(await runtimeFile(name)))
    ),
  );
  const html = (await read("./try/index.html"))
    .replace("</head>", () => `<style>${style}</style>\n</head>`)
    .replace(
      "</body>",
      () => `${MODULE}${code.replaceAll("</script", "<\\/script")}</script>\n</body>`,
    );
  return { html, module, wasm };
}

/** Gzipped, as base64. */
function toText(bytes: Uint8Array): string {
  return new Uint8Array(gzipSync(bytes)).toBase64();
}

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as esbuild from "esbuild";
// Only the bundle uses it: this lets Deno know that it is needed.
import "jasmine-core";

/** Packages that stay outside the bundle: native code, and what only writes files. */
const EXTERNAL = ["onnxruntime-node", "@bufbuild/protobuf", "onnx-buf"];

/** Options for {@linkcode bundleSuite}. */
export interface BundleOptions {
  /** The TensorFlow.js backend that the specs run on. */
  readonly backend: string;
  /** Compile what the specs record, too. @default {false} */
  readonly compiled?: boolean;
}

/**
 * Writes TensorFlow.js's own specs, jasmine and our backend as one module, so that all share one
 * copy of tfjs-core: the copy that Deno loads is another file of the package than the one the specs
 * import, and has backends of its own.
 *
 * @param outfile Where to write the module; it exports what `suite.js` exports.
 */
export async function bundleSuite(
  outfile: string,
  { backend, compiled = false }: BundleOptions,
): Promise<void> {
  try {
    await esbuild.build({
      entryPoints: [new URL(compiled ? "suite_native.js" : "suite.js", import.meta.url).pathname],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "esnext",
      mainFields: ["module", "main"],
      define: { CONFORMANCE_BACKEND: JSON.stringify(backend) },
      // tfjs-core calls its tests free of side effects, and they would be dropped.
      ignoreAnnotations: true,
      // tfjs-core looks for modules of Node by `require`, which ES modules do not have.
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module";\n' +
          "const require = makeRequire(import.meta.url);",
      },
      logLevel: "error",
      plugins: [{ name: "deno packages", setup: resolvePackages }],
      loader: { ".c": "text", ".h": "text" },
    });
  } finally {
    await esbuild.stop();
  }
}

/** Finds packages where Deno keeps them, as there is no node_modules folder. */
function resolvePackages(build: esbuild.PluginBuild): void {
  build.onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind }) => {
    if (kind === "entry-point") return undefined;
    if (EXTERNAL.includes(path)) return { path: import.meta.resolve(path), external: true };
    return await packageEntry(path, importer);
  });
}

/** The file of a package that the bundle takes: its ES module where it has one. */
async function packageEntry(specifier: string, importer: string): Promise<esbuild.OnResolveResult> {
  const require = [importer, import.meta.url].map(createRequire)
    .find((require) => canResolve(require, specifier));
  // Optional packages that are not there, and modules of Node itself.
  if (require === undefined || require.resolve(specifier) === specifier) {
    return { path: specifier, external: true };
  }
  const main = require.resolve(specifier);
  const isWholePackage = specifier.split("/").length === (specifier.startsWith("@") ? 2 : 1);
  if (!isWholePackage) return { path: main };
  const manifest = require.resolve(`${specifier}/package.json`);
  const { module } = JSON.parse(await Deno.readTextFile(manifest));
  return { path: module === undefined ? main : join(dirname(manifest), module) };
}

function canResolve(require: ReturnType<typeof createRequire>, specifier: string): boolean {
  try {
    require.resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

/**
 * Builds the npm package: the library and the command `glimpse` as ESM with types, for Node.js.
 *
 * Usage: `deno task build:npm`, which writes `npm/dist/` and packs it.
 *
 * @module
 */
import * as esbuild from "esbuild";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { forNpm, writeManifest } from "./manifest.ts";
import { writeTypes } from "./types.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const DIST = `${ROOT}npm/dist`;

/** The bundled modules of the package, by their name in it. */
const ENTRIES = Object.fromEntries(
  Object.entries(config.exports).map(([name, path]) => [
    name === "." ? "mod" : name.slice(2),
    `${ROOT}${path.slice(2)}`,
  ]),
);

/** What stands in the place of modules that need Deno, and of the words for its tasks. */
const forNode: esbuild.Plugin = {
  name: "for-node",
  setup(build) {
    build.onResolve({ filter: /\/platform\.ts$/ }, ({ resolveDir, path }) => ({
      path: `${resolveDir}/${path}`.replace(/platform\.ts$/, "node.ts"),
    }));
    build.onResolve({ filter: /^@std\// }, ({ path }) => ({ path: stdModule(path) }));
    build.onLoad({ filter: /\.[ch]$/ }, async ({ path }) => ({
      contents: await Deno.readTextFile(path),
      loader: "text",
    }));
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: forNpm(await Deno.readTextFile(path)),
      loader: "ts",
    }));
  },
};

/** `@std/cli/parse-args` is `vendor/std/cli/parse_args.ts`. */
function stdModule(specifier: string): string {
  const [, name, module = "mod"] = specifier.split("/");
  return `${ROOT}vendor/std/${name}/${module.replaceAll("-", "_")}.ts`;
}

await Deno.remove(DIST, { recursive: true }).catch(() => {});
try {
  await esbuild.build({
    entryPoints: { ...ENTRIES, main: `${ROOT}npm/main.ts` },
    outdir: DIST,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    define: { "import.meta.main": "false" },
    plugins: [forNode],
    logLevel: "warning",
  });
} finally {
  await esbuild.stop();
}
await writeManifest(DIST);
await writeTypes(DIST);
const { code } = await new Deno.Command("npm", { args: ["pack", DIST], cwd: `${ROOT}npm` }).spawn()
  .status;
if (code !== 0) Deno.exit(code);

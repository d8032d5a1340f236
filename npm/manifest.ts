import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { TASKS } from "./tasks.ts";

/** The name on npm: `@glimpse/glimpse` belongs to another project there. */
export const NAME = "glimpse-ml";

/** Text of the repository with the names that things have in the package; other tasks need Deno. */
export function forNpm(text: string): string {
  return text
    .replace(
      /deno task (?=\$\{|([\w:-]+))/g,
      (words, task) => task === undefined || task in TASKS ? `npx ${NAME} ` : words,
    )
    .replaceAll("@glimpse/glimpse", NAME);
}

/** Packages that only tests and builds import. */
const NOT_NEEDED = ["@tensorflow/tfjs-data", "esbuild", "jasmine-core", "typescript"];

/** The packages that the modules import, with their versions. */
export function dependencies(): Record<string, string> {
  const found = Object.entries(config.imports).flatMap(([name, specifier]) => {
    const version = /^npm:(?:@[^/]+\/)?[^@]+@(.+)$/.exec(specifier)?.[1];
    return version === undefined || NOT_NEEDED.includes(name) ? [] : [[name, version]];
  });
  return Object.fromEntries(found);
}

/** Writes `package.json`, the README and the licence. */
export async function writeManifest(dist: string): Promise<void> {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const exports = Object.entries(config.exports).map(([name, path]) => {
    const file = name === "." ? "mod" : name.slice(2);
    return [name, {
      types: `./types/${path.slice(2).replace(/\.ts$/, ".d.ts")}`,
      default: `./${file}.js`,
    }];
  });
  const manifest = {
    name: NAME,
    version: config.version,
    description:
      "Learns from images that nobody labelled, classifies with five labels a class, exports ONNX",
    license: config.license,
    type: "module",
    bin: { glimpse: "./main.js", [NAME]: "./main.js" },
    exports: { ...Object.fromEntries(exports), "./package.json": "./package.json" },
    engines: { node: ">=20.10" },
    dependencies: dependencies(),
  };
  await Deno.writeTextFile(`${dist}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  await Deno.copyFile(`${root}npm/README.md`, `${dist}/README.md`);
  await Deno.copyFile(`${root}LICENSE`, `${dist}/LICENSE`);
}

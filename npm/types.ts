import ts from "typescript";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { dependencies, forNpm } from "./manifest.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What declarations say of the platform: users never hold its values. */
const PLATFORM = `export type FsFile = unknown;
export type FileInfo = unknown;
export type Signal = string;
export type ChildProcess = unknown;
export type CommandStatus = unknown;
export type CommandOutput = unknown;
export type ForeignLibraryInterface = object;
export type DynamicLibrary<S> = { readonly symbols: { [K in keyof S]: unknown } };
export declare const platform: {
  readonly stderr: { writeSync(bytes: Uint8Array): number; isTerminal(): boolean };
};
`;

/** Writes the declarations of all modules to `types/`. */
export function writeTypes(dist: string): Promise<void> {
  const packages = Object.entries(dependencies()).flatMap(([name, version]) => {
    const folder = folderOf(name, version);
    return [[name, [folder]], [`${name}/*`, [`${folder}/*`]]];
  });
  const entries = Object.values(config.exports).map((path) => `${ROOT}${path.slice(2)}`);
  const program = ts.createProgram(entries, {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    declaration: true,
    emitDeclarationOnly: true,
    noCheck: true,
    resolveJsonModule: true,
    rewriteRelativeImportExtensions: true,
    outDir: `${dist}/types`,
    rootDir: ROOT,
    baseUrl: ROOT,
    paths: Object.fromEntries(packages),
  });
  const { diagnostics } = program.emit(undefined, (path, text) => {
    const content = path.endsWith("/platform/platform.d.ts")
      ? PLATFORM
      : path.endsWith("/array/ndarray.d.ts")
      ? `/// <reference lib="esnext.float16" />\n${text}`
      : forNpm(text);
    ts.sys.writeFile(path, content);
  });
  for (const { messageText } of diagnostics) console.error(messageText);
  if (diagnostics.length > 0) throw new Error("Cannot write the types");
  return Promise.resolve();
}

/** Where Deno keeps a package. */
function folderOf(name: string, version: string): string {
  const path = fileURLToPath(import.meta.resolve(name));
  const start = `/${name}/${version}/`;
  return path.slice(0, path.lastIndexOf(start) + start.length - 1);
}

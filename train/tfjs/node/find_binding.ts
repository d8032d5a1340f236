import { fileURLToPath } from "node:url";
import { platform } from "../../../lib/platform/platform.ts";

/** Options of all that deals with the binding. */
export interface BindingOptions {
  /** The folder that `deno task setup:libtensorflow` fills. @default {BINDING_HOME} */
  home?: string;
}

/** The native half of `@tensorflow/tfjs-node-gpu`: a file that Deno loads as an N-API addon. */
export interface Binding {
  readonly path: string;
  /** The folder of the npm package, whose JavaScript belongs to it. */
  readonly packageFolder: string;
}

/** The folder that is used unless another is named: git-ignored, and kept from run to run. */
export const BINDING_HOME: string = fileURLToPath(
  new URL("../../../.cache/tfjs-node-gpu", import.meta.url),
);

/** The name of the addon's file, which the package decides. */
export const BINDING_FILE = "tfjs_binding.node";

/** The folder of the npm package in the folder that was set up. */
export function packageFolder(home: string): string {
  return `${home}/node_modules/@tensorflow/tfjs-node-gpu`;
}

/** Finds the binding: what was compiled here comes before what the package brought. */
export async function findBinding(
  { home = BINDING_HOME }: BindingOptions = {},
): Promise<Binding | undefined> {
  const folder = packageFolder(home);
  const built = `${home}/${BINDING_FILE}`;
  if (await isFile(built)) return { path: built, packageFolder: folder };
  for (const version of await napiVersions(`${folder}/lib`)) {
    const path = `${folder}/lib/napi-v${version}/${BINDING_FILE}`;
    if (await isFile(path)) return { path, packageFolder: folder };
  }
  return undefined;
}

/** The versions of N-API that the package brought a binding for, the newest first. */
async function napiVersions(lib: string): Promise<number[]> {
  const versions: number[] = [];
  try {
    for await (const { name } of platform.readDir(lib)) {
      const [, version] = name.match(/^napi-v(\d+)$/) ?? [];
      if (version !== undefined) versions.push(Number(version));
    }
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
  return versions.sort((a, b) => b - a);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await platform.stat(path)).isFile;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof platform.errors.NotFound ||
    error instanceof platform.errors.NotADirectory;
}

/** Every module below a folder: its path from the root of the repository, and its text. */
export async function modules(folder: string): Promise<[path: string, text: string][]> {
  const root = new URL(`../${folder}`, import.meta.url);
  const found: [string, string][] = [];
  for await (const { name, isDirectory } of Deno.readDir(root)) {
    if (isDirectory) found.push(...await modules(`${folder}${name}/`));
    else if (name.endsWith(".ts")) {
      found.push([`${folder}${name}`, await Deno.readTextFile(new URL(name, root))]);
    }
  }
  return found;
}

/** Every module of the product. */
export const PRODUCT: readonly (readonly [path: string, text: string])[] = [
  ...await modules("lib/"),
  ...await modules("train/"),
  ...await modules("infer/"),
];

/** What a module imports or re-exports, at the start or later on. */
export function imports(text: string): string[] {
  return [...text.matchAll(/^(?!\s*\*).*?(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/gm)]
    .map(([, specifier]) => specifier);
}

/** The folder of a module. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

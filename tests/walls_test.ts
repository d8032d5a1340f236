import { assertEquals } from "@std/assert";

/** Every module of the product, by its path from the root. */
async function modules(folder = ""): Promise<[string, string][]> {
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

const product = [
  ...await modules("lib/"),
  ...await modules("train/"),
  ...await modules("infer/"),
];

/** What each module imports or re-exports, at the start or later on. */
function imports(text: string): string[] {
  return [...text.matchAll(/^(?!\s*\*).*?(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/gm)]
    .map(([, specifier]) => specifier);
}

/** The modules whose text breaks a rule. */
function offenders(breaks: (path: string, text: string) => boolean): string[] {
  return product.filter(([path, text]) => breaks(path, text)).map(([path]) => path);
}

Deno.test("the walls test sees every folder, and imports of every form", () => {
  const folders = new Set(product.map(([path]) => path.split("/")[0]));
  assertEquals([...folders].sort(), ["infer", "lib", "train"]);
  const text =
    'import a from "x";\nexport { b } from "y";\nimport "z";\n  await import("w");\n * from "no"';
  assertEquals(imports(text), ["x", "y", "z", "w"]);
});

Deno.test("TensorFlow.js is imported only in train/", () => {
  const isOutside = (path: string, text: string) =>
    !path.startsWith("train/") && imports(text).some((name) => name.startsWith("@tensorflow/"));
  assertEquals(offenders(isOutside), []);
});

Deno.test("onnxruntime-node is imported only in lib/runtime/session.ts", () => {
  const isImporter = (_path: string, text: string) => imports(text).includes("onnxruntime-node");
  assertEquals(offenders(isImporter), ["lib/runtime/session.ts"]);
});

Deno.test("console, arguments and exit are used only in main.ts files", () => {
  const code = (text: string) => text.replace(/^\s*(\*|\/\/|\/\*).*$/gm, "");
  const isUser = (path: string, text: string) =>
    !path.endsWith("/main.ts") && /\bconsole\.|\bDeno\.(args|exit)\b/.test(code(text));
  assertEquals(offenders(isUser), []);
});

Deno.test("infer/ and train/ do not know each other, and lib/ knows neither", () => {
  const crosses = (path: string, text: string) => {
    const [folder] = path.split("/");
    const others = ["train", "infer"].filter((other) => other !== folder);
    return imports(text).some((name) => others.some((other) => name.includes(`../${other}/`)));
  };
  assertEquals(offenders(crosses), []);
});

Deno.test("no module is longer than 300 lines", () => {
  assertEquals(offenders((_path, text) => text.split("\n").length > 301), []);
});

Deno.test("every test file has a name that the test runner finds", async () => {
  const holdsTests = (text: string) => /^\s*Deno\.test\(/m.test(text);
  const lost = (await modules("tests/"))
    .filter(([path, text]) => holdsTests(text) && !path.endsWith("_test.ts"));
  assertEquals(lost.map(([path]) => path), []);
});

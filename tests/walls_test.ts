import { assertEquals } from "@std/assert";
import { SUITES } from "./import_tests.ts";
import { folderOf, imports, modules, PRODUCT as product } from "./modules.ts";

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

Deno.test("onnxruntime-node is imported only in lib/runtime/", () => {
  const isOutside = (path: string, text: string) =>
    !path.startsWith("lib/runtime/") && imports(text).includes("onnxruntime-node");
  assertEquals(offenders(isOutside), []);
});

Deno.test("train/core/ imports no system and no network", () => {
  const isImporter = (path: string, text: string) =>
    path.startsWith("train/core/") &&
    imports(text).some((name) => /\.\.\/(systems|networks|studies)\//.test(name));
  assertEquals(offenders(isImporter), []);
});

/** The folders that each folder imports from. */
function folderImports(): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const [path, text] of product) {
    const from = folderOf(path);
    for (const name of imports(text).filter((name) => name.startsWith("."))) {
      const to = folderOf(new URL(name, `file:///${path}`).pathname.slice(1));
      if (from === to) continue;
      edges.set(from, (edges.get(from) ?? new Set()).add(to));
    }
  }
  return edges;
}

/** The folders of a circle of imports, the first one again at the end; empty if there is none. */
function findCircle(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>();
  const visit = (folder: string, path: readonly string[]): string[] => {
    const start = path.indexOf(folder);
    if (start >= 0) return [...path.slice(start), folder];
    if (done.has(folder)) return [];
    for (const next of edges.get(folder) ?? []) {
      const circle = visit(next, [...path, folder]);
      if (circle.length > 0) return circle;
    }
    done.add(folder);
    return [];
  };
  for (const folder of edges.keys()) {
    const circle = visit(folder, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

Deno.test("findCircle() names the folders of a circle, and of a tree none", () => {
  const edges = (text: string) =>
    new Map(
      text.split(" ").map((edge): [string, Set<string>] => [edge[0], new Set(edge.slice(1))]),
    );
  assertEquals(findCircle(edges("abc bd cd")), []);
  assertEquals(findCircle(edges("ab bcd db")), ["b", "d", "b"]);
});

Deno.test("no circle of imports between folders", () => {
  assertEquals(findCircle(folderImports()), []);
});

Deno.test("console, arguments and exit are used only in main.ts files and by the host that they share", () => {
  const code = (text: string) => text.replace(/^\s*(\*|\/\/|\/\*).*$/gm, "");
  const isUser = (path: string, text: string) =>
    !path.endsWith("/main.ts") && path !== "lib/command/process.ts" &&
    /\bconsole\.|\b(Deno|platform)\.(args|exit)\b/.test(code(text));
  assertEquals(offenders(isUser), []);
});

/** What needs Deno itself, with the reason; all else asks the platform, which is Node.js in npm. */
const NEED_DENO: readonly (readonly [start: string, reason: string])[] = [
  ["lib/platform/platform.ts", "is Deno"],
  ["lib/mixture/expectation_threads.ts", "runs in browsers, which have no platform"],
  ["lib/runtime/disk_memory.ts", "maps files by the C library"],
  ["lib/command/signal_watcher.ts", "ends the process by the C library"],
  ["train/native/", "calls compiled steps; findCompiler() says so elsewhere"],
  ["lib/setup/", "sets up what Deno keeps"],
  ["train/tfjs/node/setup/", "sets up what Deno keeps"],
  ["train/doctor/", "shows what Deno can use"],
  ["infer/page/bundle_page.ts", "bundles by Deno"],
];

Deno.test("Deno's own functions are called only by the platform and by what needs Deno", () => {
  const code = (text: string) => text.replace(/^\s*(\*|\/\/|\/\*).*$/gm, "");
  const users = offenders((_, text) => /\bDeno\.[A-Za-z]/.test(code(text)));
  const others = users.filter((path) => !NEED_DENO.some(([start]) => path.startsWith(start)));
  assertEquals(others, []);
  const idle = NEED_DENO.filter(([start]) => !users.some((path) => path.startsWith(start)));
  assertEquals(idle, []);
});

Deno.test("infer/ and train/ do not know each other, and lib/ knows neither", () => {
  const crosses = (path: string, text: string) => {
    const [folder] = path.split("/");
    const others = ["train", "infer"].filter((other) => other !== folder);
    return imports(text).some((name) => others.some((other) => name.includes(`../${other}/`)));
  };
  assertEquals(offenders(crosses), []);
});

Deno.test("no module is longer than 250 lines, of benches neither", async () => {
  const all = [...product, ...await modules("bench/"), ...await modules("vendor/")];
  const long = all.filter(([, text]) => text.split("\n").length > 251);
  assertEquals(long.map(([path]) => path), []);
});

Deno.test("lib/ and train/ hold at most four modules at their root", () => {
  for (const folder of ["lib", "train"]) {
    const roots = product.filter(([path]) => folderOf(path) === folder);
    assertEquals(roots.length <= 4, true, `${folder}/: ${roots.map(([path]) => path).join(" ")}`);
  }
});

Deno.test("files have plain names, so that none was written by mistake", async () => {
  const root = new URL("../", import.meta.url);
  const ignored = (await Deno.readTextFile(new URL(".gitignore", root))).split("\n");
  const strange = async (dir: URL): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(dir)) {
      if (name === ".git" || dir === root && ignored.includes(`/${name}/`)) continue;
      if (!/^[\w.-]+$/.test(name)) found.push(name);
      else if (isDirectory) found.push(...await strange(new URL(`${name}/`, dir)));
    }
    return found;
  };
  assertEquals(await strange(root), []);
});

Deno.test("every test file has a name that the test runner finds", async () => {
  const holdsTests = (text: string) => /^\s*Deno\.test\(/m.test(text);
  const lost = (await modules("tests/"))
    .filter(([path, text]) => holdsTests(text) && !path.endsWith("_test.ts"));
  assertEquals(lost.map(([path]) => path), []);
});

Deno.test("every test file is run by a task or by .ci/run", async () => {
  const root = new URL("../", import.meta.url);
  const texts = ["deno.json", ".ci/run"].map((path) => Deno.readTextFileSync(new URL(path, root)));
  const isRun = (path: string) =>
    /^tests\/\w+_test\.ts$/.test(path) || Object.values(SUITES).some((suite) => suite.test(path)) ||
    texts.some((text) => text.includes(` ${path.split("/").slice(0, 2).join("/")}/`));
  const tests = (await modules("tests/")).map(([path]) => path)
    .filter((path) => path.endsWith("_test.ts"));
  assertEquals(tests.filter((path) => !isRun(path)), []);
  assertEquals(isRun("tests/new/a_test.ts"), false);
});

import { assert, assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };

/** Tasks of users, with the permissions that each asks for: `read`, `run=deno`, `env`, by name. */
const TASKS = Object.entries(config.tasks).flatMap(([name, task]) => {
  const command = "command" in task ? task.command : "";
  if (!command.startsWith("deno run") || command.includes(" -A ")) return [];
  const asked = [...command.matchAll(/--allow-(\w+)(=\S+)?/g)].map(([, kind, names = ""]) =>
    ["env", "sys"].includes(kind) && names !== "" ? `${kind}, by name` : kind + names
  );
  return [[name, asked] as const];
});

/** The table in the README: permission, tasks, reason. */
async function rows(): Promise<string[][]> {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const [, section] = /### Permissions\n([^#]+)/.exec(readme)!;
  return section.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

Deno.test("the README lists the permissions that each task asks for, and why", async () => {
  const listed = new Map<string, string[]>(TASKS.map(([name]) => [name, []]));
  for (const [permission, tasks, reason] of await rows()) {
    assert(reason.length > 0, permission);
    const named = [...tasks.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    const having = tasks.startsWith("all but ")
      ? [...listed.keys()].filter((name) => !named.includes(name))
      : named;
    for (const name of having) {
      assert(listed.has(name), `${permission} is listed for ${name}, which is no task of users`);
      listed.get(name)!.push(permission.replaceAll("`", ""));
    }
  }
  for (const [name, asked] of TASKS) {
    assertEquals(listed.get(name)!.toSorted(), asked.toSorted(), name);
  }
});

Deno.test("no task of users asks for everything, or for every program without need", () => {
  assert(TASKS.length >= 12);
  for (const [name, asked] of TASKS) {
    if (!name.startsWith("setup:")) assertEquals(asked.includes("run"), false, name);
    assertEquals(
      asked.includes("all") || asked.includes("env") || asked.includes("sys"),
      false,
      name,
    );
  }
});

Deno.test("every lock file knows the packages of deno.json, so that no command changes it", () => {
  const read = (path: string) =>
    JSON.parse(Deno.readTextFileSync(new URL(`../${path}`, import.meta.url)));
  const packages = Object.values(read("deno.json").imports as Record<string, string>)
    .filter((name) => name.startsWith("npm:")).sort();
  for (const path of ["deno.lock", "infer/explore/deno.lock", "infer/label/deno.lock"]) {
    const { dependencies } = read(path).workspace as { dependencies: string[] };
    assertEquals(dependencies.filter((name) => name.startsWith("npm:")).sort(), packages, path);
  }
});

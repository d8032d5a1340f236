import { assertEquals, assertRejects } from "@std/assert";
import { platform as node } from "../../../lib/platform/node.ts";
import { type Platform, platform as deno } from "../../../lib/platform/platform.ts";

/** What an action gives on each platform, in a folder of its own. */
async function onBoth<T>(action: (platform: Platform, dir: string) => Promise<T>): Promise<[T, T]> {
  const results: T[] = [];
  for (const platform of [deno, node]) {
    const dir = await platform.makeTempDir({ prefix: "platform-" });
    try {
      results.push(await action(platform, dir));
    } finally {
      await platform.remove(dir, { recursive: true });
    }
  }
  return results as [T, T];
}

/** The name of the error among those of the platform. */
async function faultOf(platform: Platform, action: () => unknown): Promise<string | undefined> {
  try {
    await action();
  } catch (error) {
    const names = ["NotFound", "AlreadyExists", "IsADirectory", "NotADirectory"] as const;
    return names.find((name) => error instanceof platform.errors[name]) ?? String(error);
  }
}

Deno.test("files are written, read, listed, moved and removed on Node.js as by Deno", async () => {
  const [byDeno, byNode] = await onBoth(async (platform, dir) => {
    await platform.mkdir(`${dir}/a/b`, { recursive: true });
    await platform.mkdir(`${dir}/a/b`, { recursive: true });
    platform.mkdirSync(`${dir}/c`);
    await platform.writeFile(`${dir}/a/one`, Uint8Array.of(1, 2, 3));
    await platform.writeTextFile(`${dir}/a/two`, "öffnen", { createNew: true, mode: 0o600 });
    platform.writeTextFileSync(`${dir}/a/two`, "über");
    await platform.copyFile(`${dir}/a/one`, `${dir}/copy`);
    await platform.rename(`${dir}/copy`, `${dir}/moved`);
    platform.renameSync(`${dir}/a/one`, `${dir}/first`);
    Deno.symlinkSync(`${dir}/first`, `${dir}/link`);
    const entries = await Array.fromAsync(platform.readDir(dir));
    const kindOf = ({ isFile, isDirectory, isSymlink }: Deno.FileInfo) => [
      isFile,
      isDirectory,
      isSymlink,
    ];
    await platform.remove(`${dir}/c`);
    platform.removeSync(`${dir}/a`, { recursive: true });
    return {
      entries: entries.map((entry) => ({ ...entry })).toSorted((a, b) => a.name < b.name ? -1 : 1),
      again: [...platform.readDirSync(dir)].map(({ name }) => name).sort(),
      bytes: [...await platform.readFile(`${dir}/moved`)],
      text: [await platform.readTextFile(`${dir}/moved`), platform.readTextFileSync(`${dir}/link`)],
      kinds: [
        kindOf(await platform.stat(`${dir}/link`)),
        kindOf(platform.statSync(dir)),
        kindOf(await platform.lstat(`${dir}/link`)),
        kindOf(platform.lstatSync(`${dir}/link`)),
      ],
      size: platform.statSync(`${dir}/moved`).size,
      real: (await platform.realPath(`${dir}/link`)).endsWith("/first"),
    };
  });
  assertEquals(byNode, byDeno);
  assertEquals(byNode.entries.length, 5);
});

Deno.test("what fails on Node.js is of the class that it is of by Deno", async () => {
  const [byDeno, byNode] = await onBoth(async (platform, dir) => {
    await platform.writeFile(`${dir}/file`, Uint8Array.of(1));
    return [
      await faultOf(platform, () => platform.readFile(`${dir}/none`)),
      await faultOf(platform, () => platform.remove(`${dir}/none`)),
      await faultOf(platform, () => platform.stat(`${dir}/none`)),
      await faultOf(platform, () => Array.fromAsync(platform.readDir(`${dir}/none`))),
      await faultOf(platform, () => platform.mkdir(`${dir}/file`)),
      await faultOf(platform, () => platform.open(`${dir}/file`, { write: true, createNew: true })),
      await faultOf(platform, () => platform.readFile(dir)),
      await faultOf(platform, () => platform.readFile(`${dir}/file/inside`)),
      await faultOf(platform, () => new platform.Command(`${dir}/none`).output()),
    ];
  });
  assertEquals(byNode, byDeno);
  await assertRejects(() => node.remove("/proc/none", { recursive: true }));
});

Deno.test("the process and the machine are the same for Node.js", () => {
  assertEquals(node.build.os, Deno.build.os);
  assertEquals(node.build.arch, Deno.build.arch);
  assertEquals(node.cwd(), Deno.cwd());
  assertEquals(node.runtime[0], "node");
  assertEquals(node.dlopen, undefined);
  assertEquals(node.stdin.isTerminal(), Deno.stdin.isTerminal());
  node.env.set("GLIMPSE_TEST", "1");
  assertEquals([node.env.get("GLIMPSE_TEST"), Deno.env.get("GLIMPSE_TEST")], ["1", "1"]);
  Deno.env.delete("GLIMPSE_TEST");
});

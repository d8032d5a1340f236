import { inFolder } from "../../../command_line.ts";

/** Calls back with a folder that holds some files, given by path, which is removed afterwards. */
export async function withHome(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (home: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (home) => {
    for (const [path, content] of Object.entries(files)) {
      await Deno.mkdir(`${home}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${home}/${path}`, bytes);
    }
    await use(home);
  });
}

/** Makes a program of a shell script; gives its path. */
export async function writeScript(path: string, lines: string): Promise<string> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return path;
}

import { type Command, runCommand } from "../../command/command.ts";
import { PROCESS } from "../../command/process.ts";
import { formatDuration, Progress } from "../../command/progress.ts";
import { downloadFile } from "./download_file.ts";
import { DATA_SOURCES, dataFolder } from "../data_sources.ts";
import { makeFolder } from "../../files/make_folder.ts";

/** The command that downloads one dataset. */
function dataCommand(name: string): Command {
  const { description, url, files } = DATA_SOURCES[name];
  return {
    name,
    task: "data",
    description: `Download ${name} (${description}), checked by its SHA-256`,
    options: {
      from: { kind: "string", description: "URL of the folder to download from", default: url },
      out: {
        kind: "path",
        description: "The folder to write; train finds the default one by the dataset's name",
        default: dataFolder(name),
      },
    },
    examples: [{ does: "Into the folder data", line: `deno task data ${name}` }],
    async run(values, { print, status }) {
      const { from, out } = values as { from: string; out: string };
      const started = performance.now();
      await makeFolder(out);
      const progress = new Progress(status);
      for (const [file, sha256] of Object.entries(files)) {
        const isNew = await downloadFile(`${from.replace(/\/?$/, "/")}${file}`, `${out}/${file}`, {
          sha256,
          onProgress: (done, total = done) =>
            progress.update({
              unit: "bytes",
              label: file,
              done,
              total,
              seconds: (performance.now() - started) / 1000,
            }),
        });
        progress.clear();
        print(`${out}/${file}: ${isNew ? "downloaded, " : ""}SHA-256 is right`);
      }
      print(
        `done in ${formatDuration((performance.now() - started) / 1000)}, train on it with: ` +
          `deno task train --train ${out === dataFolder(name) ? name : out}`,
      );
    },
  };
}

export const program: readonly Command[] = Object.keys(DATA_SOURCES).map(dataCommand);

if (import.meta.main) await runCommand(program, PROCESS);

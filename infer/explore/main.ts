import { readRun } from "../../lib/run/run_folder.ts";
import { defineCommand, runCommand, writeLine } from "../../lib/command/command.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { pageFiles } from "./page_files.ts";
import { pageOptions } from "../options.ts";
import { HOST, servePage } from "../page/serve_page.ts";

export const program = defineCommand({
  name: "explore",
  description: "Serve a local page to explore the latent space and classify drawings",
  options: pageOptions,
  examples: [
    { does: "Open the printed address in a browser", line: "deno task explore --run runs/mine" },
  ],
  async run(values, host) {
    const run = await readRun(values.run);
    if (host.status.isTerminal()) {
      writeLine(host, "Preparing the page; the first time this fetches what browsers need");
    }
    const files = await pageFiles(run);
    const { port } = await servePage(files, values);
    host.print(`Explore ${values.run} at http://${HOST}:${port}/ (Ctrl-C ends it)`);
    await new Promise(() => {});
  },
});

if (import.meta.main) await runCommand(program, PROCESS);

import { defineCommand, runCommand, writeLine } from "../../lib/command/command.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { readImageNames, readLabelling } from "../../lib/run/labelling_file.ts";
import { readRun, RUN_FILES } from "../../lib/run/run_folder.ts";
import { checkHolds } from "../check_holds.ts";
import { pageOptions } from "../options.ts";
import { HOST, servePage } from "../page/serve_page.ts";
import { labelActions } from "./label_actions.ts";
import { labelFiles } from "./label_files.ts";
import { LabelStore } from "./label_store.ts";

export const program = defineCommand({
  name: "label",
  description: "Serve a local page to name the classes of a run that was trained without labels",
  options: pageOptions,
  examples: [
    { does: "Open the printed address in a browser", line: "deno task label --run runs/mine" },
  ],
  async run(values, host) {
    const run = await readRun(values.run);
    checkHolds(run, [RUN_FILES.labelling], { action: "label" });
    if (host.status.isTerminal()) writeLine(host, "Preparing the page");
    const labelling = await readLabelling(run);
    const [count] = labelling.thumbnails.shape;
    const names = await readImageNames(run, count);
    const store = new LabelStore(values.run, names);
    // What is damaged is said before the page is opened.
    const { decisions } = await store.read();
    const token = crypto.getRandomValues(new Uint8Array(32)).toHex();
    const files = await labelFiles(run, labelling, { names, token });
    const actions = { token, actions: labelActions(values.run, store, { count }) };
    const { port } = await servePage(files, { ...values, actions });
    host.print(
      `Label ${values.run} at http://${HOST}:${port}/, ${decisions.length} of ${count} images are labelled (Ctrl-C ends it)`,
    );
    await new Promise(() => {});
  },
});

if (import.meta.main) await runCommand(program, PROCESS);

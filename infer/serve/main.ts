import { defineCommand, runCommand, writeLine } from "../../lib/command/command.ts";
import { deviceOptions } from "../../lib/command/device_options.ts";
import { onSignal } from "../../lib/command/interruption.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { withDevice } from "../../lib/command/with_device.ts";
import { readRun } from "../../lib/run/run_folder.ts";
import { openClassifier } from "../classifier.ts";
import { classifyOptions } from "../options.ts";
import { serve } from "./server.ts";

export const program = defineCommand({
  name: "serve",
  description: "Serve the classifier of a run over HTTP: POST /classify, /health, /metrics",
  options: {
    run: classifyOptions.run,
    host: {
      kind: "string",
      description: "The address to listen on; 0.0.0.0 listens on every network interface",
      default: "127.0.0.1",
    },
    port: {
      kind: "integer",
      description: "The port to listen on; 0 finds a free one",
      default: 8000,
      min: 0,
      max: 65535,
    },
    maxBatch: {
      kind: "integer",
      description: "Largest batch; images of several requests share one",
      default: 64,
      min: 1,
    },
    delay: {
      kind: "number",
      description: "Milliseconds that an image waits for its batch to fill",
      default: 2,
      min: 0,
      max: 1000,
    },
    maxWaiting: {
      kind: "integer",
      description: "Largest number of waiting images; requests beyond it get status 503",
      default: 512,
      min: 1,
    },
    maxBytes: {
      kind: "integer",
      description: "Largest request body in bytes; a larger one gets status 413",
      default: 10_000_000,
      min: 1,
    },
    outliers: classifyOptions.outliers,
    threads: classifyOptions.threads,
    ...deviceOptions,
  },
  examples: [
    { does: "Classify by curl", line: "deno task serve --run runs/mine" },
    {
      does: "For other machines, on port 80",
      line: "deno task serve --run runs/mine --host 0.0.0.0 --port 80",
    },
  ],
  async run(values, host) {
    const run = await readRun(values.run);
    const profile = await withDevice(values, host.status, async (session) => {
      const classifier = openClassifier(run, session);
      const server = await serve(run, classifier, values);
      host.print(
        `POST images to http://${values.host}:${server.port}/classify (Ctrl-C ends it)`,
      );
      await new Promise<void>((resolve) => {
        onSignal(async () => {
          writeLine(host, "answering what was asked");
          await server.stop();
          resolve();
        });
      });
      return [];
    });
    for (const line of profile) host.print(line);
  },
});

if (import.meta.main) await runCommand(program, PROCESS);

import { writeTinyFiles } from "../../train/tiny_files.ts";
import { signalUnderLoad } from "./answered.ts";
import { fillDisk } from "./full.ts";
import { killAndRepeat } from "./killed.ts";
import { stopAndResume } from "./resumed.ts";

/** What is tried, by name, each so often unless a number is given. */
const PARTS = {
  native: (dir: string, count = 20) => stopAndResume(dir, { count, engine: "native" }),
  onnx: (dir: string, count = 20) => stopAndResume(dir, { count, engine: "onnx" }),
  killed: (dir: string, count = 30) => killAndRepeat(dir, { count }),
  full: (dir: string, count = 12) => fillDisk(dir, { count }),
  answered: (dir: string, count = 50) => signalUnderLoad(dir, { count }),
};

/**
 * Stops commands at random moments by signals, and looks at what they leave. Arguments: names of
 * parts, by default all, and a number that says how often each stops.
 */
const counts = Deno.args.filter((arg) => /^\d+$/.test(arg)).map(Number);
const names = Deno.args.filter((arg) => arg in PARTS) as (keyof typeof PARTS)[];
let faults = 0;
for (const name of names.length > 0 ? names : Object.keys(PARTS) as (keyof typeof PARTS)[]) {
  const dir = await Deno.makeTempDir({ prefix: "glimpse-stop-" });
  try {
    await writeTinyFiles(dir);
    const found = await PARTS[name](dir, counts[0]);
    for (const fault of found.faults) console.log(fault);
    console.log(`${found.summary}, ${found.faults.length} faults`);
    faults += found.faults.length;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
Deno.exit(faults === 0 ? 0 : 1);

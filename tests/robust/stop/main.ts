import { fileURLToPath } from "node:url";
import config from "../../../deno.json" with { type: "json" };
import { Random } from "../../../lib/array/random.ts";
import { writeTinyFiles } from "../../train/tiny_files.ts";

/**
 * Stops `train` at random moments, goes on with `--resume`, and compares what it ends with. Arguments:
 * how often, and options of `train`.
 */
const [count = "20", ...options] = Deno.args;
const root = fileURLToPath(new URL("../../../", import.meta.url));
const dir = await Deno.makeTempDir({ prefix: "glimpse-stop-" });
await writeTinyFiles(dir);
const permissions = config.tasks.train.command.split(" ").filter((word) => word.startsWith("--a"));

/** An answer may take so long, in milliseconds. */
const ANSWER = 1000;

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 137 } as const;

function train(...more: string[]) {
  const words =
    "--model vae --train train.npz --out run --hidden 16 --epochs 150 --cluster-epochs 40 " +
    "--batch-size 20 --threads 1";
  return new Deno.Command(Deno.execPath(), {
    args: [
      ..."run --no-prompt --config".split(" "),
      `${root}deno.json`,
      ...permissions,
      `${root}train/main.ts`,
      ...words.split(" "),
      ...options,
      ...more,
    ],
    cwd: dir,
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** The bytes of each file of the run that no time decides. */
async function resultOf(): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const { name, isFile } of Deno.readDirSync(`${dir}/run`)) {
    if (!isFile || /^(manifest\.json|report\.html)$/.test(name)) continue;
    let bytes = await Deno.readFile(`${dir}/run/${name}`);
    if (name === "history.csv") {
      const rows = new TextDecoder().decode(bytes).split("\n").map((row) => row.split(","));
      const speed = rows[0].indexOf("imagesPerSecond");
      bytes = new TextEncoder().encode(rows.map((row) => row.toSpliced(speed, 1)).join("\n"));
    }
    result[name] = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  }
  return result;
}

const started = performance.now();
const first = await train().output();
if (!first.success) throw new Error(new TextDecoder().decode(first.stderr));
const duration = performance.now() - started;
const whole = await resultOf();
const inputs = [...Deno.readDirSync(dir)].map(({ name }) => name).sort().join();
const faults: string[] = [];
let slowest = 0, resumed = 0, finished = 0;
for (let i = 0; i < Number(count); i++) {
  await Deno.remove(`${dir}/run`, { recursive: true });
  const random = new Random(i, "stop");
  const signal = Object.keys(SIGNALS)[i % 4] as keyof typeof SIGNALS;
  const moment = random.uniform() * duration;
  const child = train();
  const output = child.output();
  let isOver = false;
  output.then(() => isOver = true);
  await new Promise((resolve) => setTimeout(resolve, moment));
  const say = (fault: string) => faults.push(`${signal} after ${Math.round(moment)} ms: ${fault}`);
  const at = performance.now();
  if (!isOver) child.kill(signal);
  const { code, stderr } = await output;
  const answer = performance.now() - at;
  const hasRun = (() => {
    try {
      return Deno.statSync(`${dir}/run`).isDirectory;
    } catch {
      return false;
    }
  })();
  if (isOver && code === 0) finished++;
  else {
    slowest = Math.max(slowest, answer);
    if (answer > ANSWER) say(`answered after ${Math.round(answer)} ms`);
    // Before the program runs the system itself ends it.
    if (code !== SIGNALS[signal] && code !== 0) say(`exit code ${code}`);
  }
  const text = new TextDecoder().decode(stderr);
  if (/bug in Glimpse|\n {4}at /.test(text)) say(text);
  if (!hasRun) {
    const isPartial = await Deno.stat(`${dir}/run.partial`).then(() => true, () => false);
    let ended = isPartial ? await train("--resume").output() : undefined;
    // Stopped before the first checkpoint: it starts anew.
    if (ended?.success) resumed++;
    else ended = await train().output();
    if (!ended.success) say(`going on failed: ${new TextDecoder().decode(ended.stderr)}`);
  } else if (!isOver) {
    // A run stands: what was left is removed by the next run, here of the report.
    const ended = await train("--force").output();
    if (!ended.success) say(new TextDecoder().decode(ended.stderr));
  }
  const result = await resultOf();
  for (const name of Object.keys(whole)) {
    if (result[name] !== whole[name]) say(`another ${name}`);
  }
  const left = [...Deno.readDirSync(dir)].map(({ name }) => name).sort().join();
  if (left !== inputs) say(`it leaves ${left}`);
}
await Deno.remove(dir, { recursive: true });
for (const fault of faults) console.log(fault);
console.log(
  `stopped ${count} times, ${resumed} resumed, ${finished} had ended, slowest answer ${
    Math.round(slowest)
  } ms, ${faults.length} faults`,
);
Deno.exit(faults.length === 0 ? 0 : 1);

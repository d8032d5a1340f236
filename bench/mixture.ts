/**
 * EM beside scikit-learn's: 60,000 points, 10 features, 10 components, the same start and the same
 * steps. An iteration is a fifth of what 6 iterations take longer than 1; each figure is the
 * median of its rounds, and within a round the contestants run one after another.
 *
 * ```sh
 * deno run -A bench/mixture.ts
 * ```
 *
 * @module
 */
import { COVARIANCE_TYPES, covarianceShape } from "../lib/mixture/covariance.ts";
import { type CovarianceType, GaussianMixture } from "../lib/mixture/mod.ts";
import { type NdArray, ndarray, sizeOf } from "../lib/ndarray.ts";
import { Random } from "../lib/random.ts";

const COUNT = 60_000;
const FEATURES = 10;
const COMPONENTS = 10;
const ROUNDS = 5;

/** Runs so many iterations from the common start. */
type Contestant = (type: CovarianceType, iterations: number) => Promise<Measurement>;

interface Measurement {
  seconds: number;
  bound: number;
}

/** Milliseconds an iteration takes, by contestant. */
interface Row {
  covarianceType: CovarianceType;
  milliseconds: Record<string, number>;
  /** The largest difference of a bound from ours, after the same iterations. */
  boundDifference: number;
}

/** Measures every covariance type. */
export async function benchMixture(): Promise<{ rows: Row[]; version: string }> {
  const { x, means } = makePoints();
  const folder = await Deno.makeTempDir();
  const files = [`${folder}/points.f64`, `${folder}/means.f64`];
  await Deno.writeFile(files[0], new Uint8Array(x.data.buffer as ArrayBuffer));
  await Deno.writeFile(files[1], new Uint8Array(means.data.buffer as ArrayBuffer));
  const args = [files[0], String(FEATURES), files[1]];
  const single = await startPeer(args, { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" });
  const free = await startPeer(args, {});
  const contestants: Record<string, Contestant> = {
    "Glimpse, 1 thread": (type, iterations) => Promise.resolve(fit(x, means, { type, iterations })),
    "scikit-learn, 1 thread": single.run,
    "scikit-learn, its default": free.run,
  };
  const rows: Row[] = [];
  for (const covarianceType of COVARIANCE_TYPES) {
    rows.push(await compare(covarianceType, contestants));
  }
  await Promise.all([single.stop(), free.stop()]);
  await Deno.remove(folder, { recursive: true });
  return { rows, version: single.version };
}

/** The measurements as a table. */
export function formatBench({ rows, version }: { rows: Row[]; version: string }): string {
  const names = Object.keys(rows[0].milliseconds);
  const lines = rows.map(({ covarianceType, milliseconds, boundDifference }) => [
    covarianceType,
    ...names.map((name) => `${milliseconds[name].toFixed(1)} ms`),
    boundDifference.toExponential(0),
  ]);
  const table = [["covariance", ...names, "bound differs by"], ...lines];
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  return [
    `One EM iteration, ${COUNT} x ${FEATURES}, ${COMPONENTS} components, ` +
    `median of ${ROUNDS} (scikit-learn ${version})`,
    ...table.map((line) => line.map((cell, column) => cell.padEnd(widths[column])).join("  ")),
  ].join("\n");
}

async function compare(
  covarianceType: CovarianceType,
  contestants: Readonly<Record<string, Contestant>>,
): Promise<Row> {
  const times = new Map(Object.keys(contestants).map((name) => [name, [] as number[]]));
  let boundDifference = 0;
  for (let round = -1; round < ROUNDS; round++) {
    let bound: number | undefined;
    for (const [name, run] of Object.entries(contestants)) {
      const short = await run(covarianceType, 1);
      const long = await run(covarianceType, 6);
      bound ??= long.bound;
      boundDifference = Math.max(boundDifference, Math.abs(long.bound - bound));
      // The first round warms the compilers and caches up.
      if (round >= 0) times.get(name)!.push(200 * (long.seconds - short.seconds));
    }
  }
  const milliseconds = Object.fromEntries(
    [...times].map(([name, values]) => [name, values.sort((a, b) => a - b)[ROUNDS >> 1]]),
  );
  return { covarianceType, milliseconds, boundDifference };
}

function fit(
  x: NdArray<"float64">,
  means: NdArray<"float64">,
  { type, iterations }: { type: CovarianceType; iterations: number },
): Measurement {
  const shape = covarianceShape(type, { components: COMPONENTS, features: FEATURES });
  const isMatrix = type === "full" || type === "tied";
  const onDiagonal = (i: number) => i % (FEATURES * FEATURES) % (FEATURES + 1) === 0;
  const mixture = new GaussianMixture({
    nComponents: COMPONENTS,
    covarianceType: type,
    tol: 0,
    maxIter: iterations,
    weightsInit: ndarray(
      "float64",
      [COMPONENTS],
      new Float64Array(COMPONENTS).fill(1 / COMPONENTS),
    ),
    meansInit: means,
    precisionsInit: ndarray(
      "float64",
      shape,
      Float64Array.from({ length: sizeOf(shape) }, (_, i) => !isMatrix || onDiagonal(i) ? 1 : 0),
    ),
  });
  const start = performance.now();
  mixture.fit(x);
  return { seconds: (performance.now() - start) / 1000, bound: mixture.lowerBound };
}

/** Points of overlapping clusters, and means near theirs to start from. */
function makePoints(): { x: NdArray<"float64">; means: NdArray<"float64"> } {
  const random = new Random(0, "bench mixture");
  const centers = Float64Array.from(
    { length: COMPONENTS * FEATURES },
    () => 2 * random.normal(),
  );
  const x = new Float64Array(COUNT * FEATURES);
  for (let row = 0; row < COUNT; row++) {
    const center = random.integer(COMPONENTS) * FEATURES;
    for (let j = 0; j < FEATURES; j++) {
      x[row * FEATURES + j] = centers[center + j] + random.normal();
    }
  }
  return {
    x: ndarray("float64", [COUNT, FEATURES], x),
    means: ndarray("float64", [COMPONENTS, FEATURES], centers.map((v) => v + random.normal() / 2)),
  };
}

/** Starts a Python process that fits on demand. */
async function startPeer(args: string[], env: Record<string, string>) {
  const script = new URL("peers/mixture.py", import.meta.url).pathname;
  const process = new Deno.Command("python3", {
    args: [script, ...args],
    env,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = process.stdin.getWriter();
  let text = "";
  const readLine = async () => {
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("Cannot measure scikit-learn: its process ended, see above");
      text += value;
    }
    const end = text.indexOf("\n");
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return JSON.parse(line);
  };
  const { version } = await readLine();
  return {
    version: version as string,
    run: async (type: CovarianceType, iterations: number): Promise<Measurement> => {
      await writer.write(new TextEncoder().encode(`${type} ${iterations}\n`));
      return await readLine();
    },
    stop: async () => {
      await writer.close();
      await process.status;
    },
  };
}

if (import.meta.main) console.log(formatBench(await benchMixture()));

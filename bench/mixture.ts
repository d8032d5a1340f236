/**
 * EM beside scikit-learn's: 60,000 points, 10 features, 10 components, the same start and the same
 * steps. An iteration is a fifth of what 6 iterations take longer than 1; each figure is the
 * median of its rounds, and within a round the contestants run one after another.
 *
 * ```sh
 * deno task bench --only mixture
 * ```
 *
 * @module
 */
import { COVARIANCE_TYPES, covarianceShape } from "../lib/mixture/covariance.ts";
import { type CovarianceType, GaussianMixture } from "../lib/mixture/mod.ts";
import { type NdArray, ndarray, sizeOf } from "../lib/array/ndarray.ts";
import { Random } from "../lib/array/random.ts";
import { startPeer } from "./peer.ts";
import { plural, threadCounts } from "./rounds.ts";
import { formatTable, median } from "./table.ts";

const COUNT = 60_000;
const FEATURES = 10;
const COMPONENTS = 10;
const ROUNDS = 7;

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

async function measure(): Promise<{ rows: Row[]; version: string }> {
  const { x, means } = makePoints();
  const folder = await Deno.makeTempDir();
  const files = [`${folder}/points.f64`, `${folder}/means.f64`];
  await Deno.writeFile(files[0], new Uint8Array(x.data.buffer as ArrayBuffer));
  await Deno.writeFile(files[1], new Uint8Array(means.data.buffer as ArrayBuffer));
  const args = [files[0], String(FEATURES), files[1]];
  const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const single = await startPeer("mixture.py", { args, env: oneThread });
  const free = await startPeer("mixture.py", { args });
  const contestants: Record<string, Contestant> = {
    ...Object.fromEntries(
      threadCounts().map((threads): [string, Contestant] => [
        `Glimpse, ${plural(threads)}`,
        (type, iterations) => Promise.resolve(fit(x, means, { type, iterations, threads })),
      ]),
    ),
    "scikit-learn, 1 thread": (type, iterations) => single.ask(`${type} ${iterations}`),
    "scikit-learn, its default": (type, iterations) => free.ask(`${type} ${iterations}`),
  };
  const rows: Row[] = [];
  for (const covarianceType of COVARIANCE_TYPES) {
    rows.push(await compare(covarianceType, contestants));
  }
  await Promise.all([single.stop(), free.stop()]);
  await Deno.remove(folder, { recursive: true });
  return { rows, version: single.version };
}

/** Measures every covariance type; gives a table. */
export async function benchMixture(print: (line: string) => void): Promise<void> {
  const { rows, version } = await measure();
  const names = Object.keys(rows[0].milliseconds);
  print(
    `One EM iteration, ${COUNT} x ${FEATURES}, ${COMPONENTS} components, ` +
      `median of ${ROUNDS} (scikit-learn ${version})`,
  );
  print(formatTable([
    ["covariance", ...names, "bound differs by"],
    ...rows.map(({ covarianceType, milliseconds, boundDifference }) => [
      covarianceType,
      ...names.map((name) => `${milliseconds[name].toFixed(1)} ms`),
      boundDifference.toExponential(0),
    ]),
  ]));
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
    [...times].map(([name, values]) => [name, median(values)]),
  );
  return { covarianceType, milliseconds, boundDifference };
}

function fit(
  x: NdArray<"float64">,
  means: NdArray<"float64">,
  { type, iterations, threads }: { type: CovarianceType; iterations: number; threads: number },
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
  mixture.fit(x, { threads });
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

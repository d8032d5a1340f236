import { assert, assertEquals } from "@std/assert";
import { maximizeLikelihood } from "../../../lib/mixture/expectation_maximization.ts";
import {
  Expectation,
  giveUp,
  type SharedExpectation,
  STATE,
} from "../../../lib/mixture/expectation_threads.ts";
import { GaussianMixture } from "../../../lib/mixture/mod.ts";
import { densityOf } from "../../../lib/mixture/parameters.ts";
import { weightedRows } from "../../../lib/mixture/rows.ts";
import { COVARIANCE_TYPES } from "../../../lib/mixture/covariance.ts";
import { clusteredPoints } from "./points.ts";

// Enough numbers for threads, and a last part that is not full.
const { points } = clusteredPoints({ count: 34_001, features: 10, clusters: 3, spread: 3 });

for (const covarianceType of COVARIANCE_TYPES) {
  Deno.test(`${covarianceType}: the fit is the same to the last bit for any number of threads`, () => {
    const [one, other] = [1, 3].map((threads) => {
      const mixture = new GaussianMixture({ nComponents: 3, covarianceType, maxIter: 4, tol: 0 });
      mixture.fit(points, { threads });
      return [...mixture.lowerBounds, ...mixture.means.data, ...mixture.covariances.data];
    });
    assertEquals(other, one);
  });
}

Deno.test("threads share groups and a shift that is not the means", async () => {
  const groups = Int32Array.from({ length: 34_001 }, (_, row) => row % 5 === 0 ? row % 3 : -1);
  const data = { rows: weightedRows(points, { groups }), componentGroups: Int32Array.of(0, 1, 2) };
  const mixture = new GaussianMixture({ nComponents: 3, maxIter: 1 }).fit(points);
  const density = densityOf(mixture.parameters);
  const results: number[][] = [];
  for (const threads of [1, 3]) {
    const expectation = new Expectation(data, density, { threads });
    try {
      const taken = [undefined, new Float64Array(30).fill(0.5), undefined].map((shift) => {
        const { mass, first, second, logLikelihood } = expectation.of(density, shift);
        return [...mass, ...first, ...second, logLikelihood];
      });
      assertEquals(taken[2], taken[0]);
      assert(taken[1][5] !== taken[0][5]);
      results.push(taken.flat());
    } finally {
      expectation.close();
    }
    await new Promise((resolve) => setTimeout(resolve, 0)); // threads start or end
  }
  assertEquals(results[1], results[0]);
});

for (const death of ["fails", "is gone"]) {
  Deno.test(`a thread that ${death} with a part that it has taken is not waited for`, () => {
    const rows = weightedRows(points);
    const mixture = new GaussianMixture({ nComponents: 3, maxIter: 1 }).fit(points);
    const density = densityOf(mixture.parameters);
    const compute = (threads: number) => {
      const expectation = new Expectation({ rows }, density, { threads, patience: 100 });
      const taken = [0, 1].map(() => [...expectation.of(density).first]);
      expectation.close();
      return taken;
    };
    const expected = compute(1);
    const { Worker } = globalThis;
    const { notify } = Atomics;
    const posted: SharedExpectation[] = [];
    let rounds = 0;
    globalThis.Worker = class extends EventTarget {
      postMessage(shared: SharedExpectation) {
        posted.push(shared);
      }
      terminate() {}
    } as unknown as typeof Worker;
    // It takes a part when it is told of a round.
    Atomics.notify = ((state: Int32Array, place: number) => {
      if (place === STATE.round && state === posted[0]?.state && state[place] > 0) {
        Atomics.add(state, STATE.next, 1);
        if (death === "fails") giveUp(posted[0]);
        rounds++;
      }
      return notify(state, place);
    }) as typeof notify;
    try {
      assertEquals(compute(2), expected);
      assertEquals(rounds, 1); // from then on it is not asked
    } finally {
      globalThis.Worker = Worker;
      Atomics.notify = notify;
    }
  });
}

Deno.test("a thread says when it fails", async () => {
  const url = new URL("../../../lib/mixture/expectation_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const state = new Int32Array(new SharedArrayBuffer(4 * Object.keys(STATE).length));
  const density = densityOf(new GaussianMixture({ nComponents: 3 }).fit(points).parameters);
  worker.postMessage({ density, state, sums: new Float64Array(9999), data: { rows: null } });
  while (Atomics.load(state, STATE.failed) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert(Atomics.load(state, STATE.done) > 0);
  worker.terminate();
});

Deno.test("EM that is not taken to its end leaves no thread behind", () => {
  const rows = weightedRows(points);
  const { parameters } = new GaussianMixture({ nComponents: 3, maxIter: 1 }).fit(points);
  const options = { tol: 0, regCovar: 0, maxIter: 9, threads: 3 };
  const steps = maximizeLikelihood({ rows }, parameters, options);
  steps.next();
  steps.return(undefined as never);
  assertEquals(steps.next().done, true);
});

Deno.test("a large fit that may not read files, and so start no thread, is the same", async () => {
  const program = `import { GaussianMixture } from "${new URL(
    "../../../lib/mixture/mod.ts",
    import.meta.url,
  )}";
const data = Float64Array.from({ length: 300_000 }, (_, i) => Math.sin(i * i));
const mixture = new GaussianMixture({ nComponents: 4, maxIter: 2, initParams: "random" });
console.log(String(mixture.fit({ dtype: "float64", shape: [60_000, 5], data }).means.data));`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, program);
  const texts = await Promise.all(["--no-prompt", "--allow-read"].map(async (permission) => {
    const args = ["run", "--no-check", "--no-lock", permission, file];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(errors, "");
    return out;
  }));
  await Deno.remove(file);
  assertEquals(texts[0].split(",").length, 20);
  assertEquals(texts[1], texts[0]);
});

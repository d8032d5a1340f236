import { assert, assertEquals, assertMatch } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { runtimeFiles } from "../../infer/page/bundle_page.ts";
import { encodeNpy } from "../../lib/data/npy.ts";
import { inPage } from "../browser/chromium.ts";
import { PYTHON } from "../peers/python.ts";
import { DEPLOY, type Deployed, joinShards, prepare, run } from "./deployed.ts";

const dir = await Deno.makeTempDir({ prefix: "glimpse-deploy-" });
globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
let prepared: Promise<Deployed> | undefined;
const deployed = () => prepared ??= prepare(dir);
const read = (path: string) => Deno.readTextFile(`${dir}/${path}`);

/** A test of a program in Python, or one that says why it is left out. */
function pythonTest(name: string, fn: (python: string) => Promise<void>): void {
  const ignore = !Deno.env.has("GLIMPSE_PYTHON");
  const why = ignore ? " (left out: GLIMPSE_PYTHON is not set to one with requirements.txt)" : "";
  Deno.test({ name: `${name}${why}`, ignore, fn: () => fn(PYTHON) });
}

Deno.test("each deployment has a README, and a test here", async () => {
  const entries = [...Deno.readDirSync(DEPLOY)];
  const folders = entries.filter((entry) => entry.isDirectory).map(({ name }) => name).sort();
  assertEquals(folders, ["browser", "docker", "node", "python", "ray", "spark"]);
  for (const folder of folders) assert((await Deno.stat(`${DEPLOY}${folder}/README.md`)).isFile);
});

pythonTest("Python writes the labels that classify writes", async (python) => {
  await deployed();
  const script = `${DEPLOY}python/glimpse_classifier.py`;
  await run(dir, python, script, "run/classifier_uint8.onnx", "images.npz", "python.csv");
  assertEquals(await read("python.csv"), await read("labels.csv"));
});

const LIKE_SCIKIT_LEARN = `
import json, sys
sys.path.append(sys.argv[1])
import numpy as np
from glimpse_classifier import GlimpseClassifier
classifier = GlimpseClassifier("run/classifier_uint8.onnx")
images = np.load("images.npz")["images"]
labels, probabilities = classifier.predict(images), classifier.predict_proba(images)
try:
    classifier.predict(images / 255)
except ValueError as error:
    said = str(error)
print(json.dumps({
    "names": [classifier.class_names_[place] for place in probabilities.argmax(1)],
    "agree": bool((classifier.classes_[probabilities.argmax(1)] == labels).all()),
    "sums": float(abs(probabilities.sum(1) - 1).max()),
    "score": [classifier.score(images, labels), classifier.score(images, labels + 1)],
    "said": said,
}))
`;

pythonTest("the class in Python has scikit-learn's methods", async (python) => {
  const { names } = await deployed();
  const found = JSON.parse(await run(dir, python, "-c", LIKE_SCIKIT_LEARN, `${DEPLOY}python`));
  assertEquals(found.names, names);
  assertEquals([found.agree, found.score], [true, [1, 0]]);
  assert(found.sums < 1e-5, String(found.sums));
  assertEquals(found.said, "Cannot classify float64: bytes from 0 to 255 are needed");
});

const TO_PARQUET = `
import os
import numpy as np, pyarrow as pa, pyarrow.parquet as parquet
for shard in ("1", "3"):
    images = np.load(f"shards/{shard}.npz")["images"]
    parquet.write_table(pa.table({"image": [i.tobytes() for i in images]}), f"shards/{shard}.parquet")
    os.remove(f"shards/{shard}.npz")
`;

for (
  const [name, script, ...flags] of [
    ["Ray Data", "ray/classify_ray.py", "--workers", "2"],
    ["PySpark", "spark/classify_spark.py", "--master", "local[2]"],
  ]
) {
  pythonTest(
    `${name} writes the labels that classify writes, and repeats no shard`,
    async (python) => {
      await deployed();
      if (await Deno.stat(`${dir}/shards/1.npz`).then(() => true, () => false)) {
        await run(dir, python, "-c", TO_PARQUET);
      }
      const job = () =>
        run(dir, python, DEPLOY + script, "run/classifier_uint8.onnx", "shards", script, ...flags);
      const first = await job();
      assert(first.includes("5 of 5 shards to do\n500 images classified"), first);
      assertEquals(await joinShards(`${dir}/${script}`), await read("labels.csv"));
      // What is there is left as it is, right or wrong.
      await Deno.remove(`${dir}/${script}/2.csv`);
      const rows = await read(`${script}/1.csv`);
      await Deno.writeTextFile(`${dir}/${script}/1.csv`, "done\n");
      const second = await job();
      assert(second.includes("1 of 5 shards to do\n100 images classified"), second);
      assertEquals(await read(`${script}/1.csv`), "done\n");
      await Deno.writeTextFile(`${dir}/${script}/1.csv`, rows);
      assertEquals(await joinShards(`${dir}/${script}`), await read("labels.csv"));
      assert((await job()).includes("0 of 5 shards to do\n"));
    },
  );
}

pythonTest(
  "Ray Tune goes on where it was stopped, and gives the best run whole",
  async (python) => {
    await deployed();
    const args = [
      `${DEPLOY}ray_tune_search.py`,
      ..."--trials 2 --epochs 2 --storage tune --out best".split(" "),
      ...["--command", `${Deno.execPath()} task train`],
      ...["--", "--train", `${dir}/photos`, "--engine", "onnx"],
    ];
    const search = new Deno.Command(python, { args, cwd: dir, stdout: "null", stderr: "null" })
      .spawn();
    const trials = () => {
      try {
        return [...Deno.readDirSync(`${dir}/tune/trials`)].map(({ name }) => name);
      } catch {
        return [];
      }
    };
    let ended = false;
    search.status.then(() => ended = true);
    while (trials().length === 0 && !ended) await new Promise((wake) => setTimeout(wake, 200));
    assertEquals(ended, false, "it ended before it trained");
    search.kill("SIGINT");
    await search.status;
    const stopped = trials();
    const said = await run(dir, python, ...args);
    const [, loss, chosen] = said.match(/^best: valLoss (\S+) by (\{.+\}): best$/m)!;
    assertMatch(said, /^2 trials, [12] of them to the end$/m);
    // The trial that was stopped is one of the two, and not a third.
    const names = new Set([...stopped, ...trials()].map((name) => name.replace(".partial", "")));
    assertEquals(names.size, 2);
    const { options } = JSON.parse(await read("best/manifest.json"));
    assertEquals(options.latentDim, JSON.parse(chosen)["latent-dim"]);
    const { reconstruction } = JSON.parse(await read("best/metrics.json"));
    assert(Math.abs(reconstruction.meanSquaredError - Number(loss)) < 1e-4, said);
  },
);

Deno.test("Node.js prints the labels that classify writes", async () => {
  const { names } = await deployed();
  const folder = `${dir}/node`;
  await Deno.mkdir(folder);
  await Deno.copyFile(`${DEPLOY}node/classify.mjs`, `${folder}/classify.mjs`);
  await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true }');
  const needed = (["onnxruntime-node", "sharp"] as const)
    .map((name) => config.imports[name].replace("npm:", ""));
  await run(folder, "npm", "install", "--no-audit", "--no-fund", ...needed);
  const files = [...Deno.readDirSync(`${dir}/digits`)].map(({ name }) => `../digits/${name}`)
    .sort();
  const lines = (await run(folder, "node", "classify.mjs", "../run", ...files)).trim().split("\n");
  // A name may have commas.
  const found = lines.map((line) => line.split(",").slice(1, -1).join(","));
  assertEquals(found, names.slice(0, 30));
});

Deno.test({
  name: "the web page shows the labels that classify writes",
  // Playwright keeps its connection and timers.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const labels = (await deployed()).names;
    const files = new Map<string, { type: string; body: string | URL }>([
      ["/", { type: "text/html", body: `${DEPLOY}browser/index.html` }],
      ["/manifest.json", { type: "application/json", body: `${dir}/run/manifest.json` }],
      ["/classifier_uint8.onnx", {
        type: "application/octet-stream",
        body: `${dir}/run/classifier_uint8.onnx`,
      }],
    ]);
    for (const [name, { type, body }] of await runtimeFiles()) {
      files.set(name, { type, body: body as URL });
    }
    const answer = async (request: Request) => {
      const file = files.get(new URL(request.url).pathname);
      return file === undefined
        ? new Response(null, { status: 204 })
        : new Response(await Deno.readFile(file.body), { headers: { "content-type": file.type } });
    };
    const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
    const server = Deno.serve(options, answer);
    const names = [...Deno.readDirSync(`${dir}/digits`)].map(({ name }) => name).sort();
    try {
      await inPage(`http://127.0.0.1:${server.addr.port}/`, async (page) => {
        // A runtime of 13 MB, on a machine that may have other work.
        page.setDefaultTimeout(300_000);
        await page.waitForSelector("body[data-ready]");
        await page.setInputFiles("#files", names.map((name) => `${dir}/digits/${name}`));
        await page.locator("li").nth(names.length - 1).waitFor();
        const found = await page.locator("li").allTextContents();
        assertEquals(found, names.map((name, i) => `${name}: ${labels[i]}`));
      });
    } finally {
      await server.shutdown();
    }
  },
});

Deno.test("what the Dockerfile copies and starts answers with the labels that classify writes", async () => {
  const { names, images } = await deployed();
  const folder = `${dir}/docker`;
  await Deno.mkdir(folder);
  const dockerfile = await Deno.readTextFile(`${DEPLOY}docker/Dockerfile`);
  for (const [, words] of dockerfile.matchAll(/^COPY (.+)$/gm)) {
    const sources = words.split(" ");
    const target = sources.pop()!;
    await run(`${DEPLOY}../..`, "cp", "-r", ...sources, `${folder}/${target}`);
  }
  const command: string[] = JSON.parse(dockerfile.match(/^CMD (\[.+\])$/m)![1]);
  const args = command.map((word) => word === "/run" ? `${dir}/run` : word);
  const server = new Deno.Command(Deno.execPath(), {
    args: [...args, "--port", "0"],
    cwd: folder,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(server.stderr).text();
  let said = "";
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    while (!/:\d+\//.test(said)) {
      const { value, done } = await reader.read();
      assert(!done, said);
      said += value;
    }
    const port = said.match(/:(\d+)\//)![1];
    const answer = await fetch(`http://127.0.0.1:${port}/classify`, {
      method: "POST",
      headers: { "content-type": "application/x-npy" },
      body: encodeNpy(images) as Uint8Array<ArrayBuffer>,
    });
    const { predictions } = await answer.json();
    assertEquals(predictions.map(({ name }: { name: string }) => name), names);
    // As Docker ends it: `deno task` passes the signal on, and says then that it got one.
    server.kill("SIGTERM");
    while (!(await reader.read()).done);
    assertEquals((await server.status).code, 128 + 15);
    assertMatch(await errors, /answering what was asked/);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
});

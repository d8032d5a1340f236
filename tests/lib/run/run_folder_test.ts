import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  checkOut,
  classesOf,
  latentDimOf,
  openContents,
  readRun,
  replaceRunFiles,
  RUN_FILES,
  writeRun,
} from "../../../lib/run/run_folder.ts";
import { InputError } from "../../../lib/input_error.ts";
import { firstOutput, inFolder, namesIn, spawnProgram } from "../../command_line.ts";
import { tinyRun, writeTinyRun } from "../../tiny_run.ts";

Deno.test("readRun() gives back what writeRun() wrote", async () => {
  await inFolder(async (dir) => {
    const { description: written, files: models } = tinyRun();
    const contents = {
      description: written,
      files: { "plots/loss.png": new TextEncoder().encode("png"), ...models },
    };
    await writeRun(`${dir}/runs/a`, contents);
    const { manifest, read } = await readRun(`${dir}/runs/a`);
    assertEquals((await openContents("a", contents)).manifest, manifest);
    const { format: _format, formatVersion: _version, files, ...description } = manifest;
    assertEquals(description, written);
    assertEquals(Object.keys(files), [
      RUN_FILES.classifier,
      RUN_FILES.classifierUint8,
      RUN_FILES.decoder,
      RUN_FILES.encoder,
      RUN_FILES.mixture,
      "plots/loss.png",
    ]);
    assertEquals(new TextDecoder().decode(await read("plots/loss.png")), "png");
    // The digest of "png", from `printf png | sha256sum`.
    assertEquals(
      files["plots/loss.png"].sha256,
      "8f8cbb7dcf46e0bc7d53265749a6c17d116093a6ba95e442764060c76fd4a86c",
    );
    assertEquals(namesIn(`${dir}/runs`), ["a"]);
  });
});

Deno.test("replaceRunFiles() puts a file and its hash in place of the one that stands there", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const bytes = new TextEncoder().encode("png");
    for (const content of [new Uint8Array(), bytes]) {
      await replaceRunFiles(await readRun(`${dir}/run`), { "report.html": content });
    }
    const run = await readRun(`${dir}/run`);
    assertEquals(await run.read("report.html"), bytes);
    assertEquals((await run.read(RUN_FILES.mixture)).length > 0, true);
    assertEquals(Object.keys(run.manifest.files).at(-1), "report.html");
    assertEquals(namesIn(dir), ["run"]);
  });
});

Deno.test("writeRun() rejects a description that readRun() would reject", async () => {
  await inFolder(async (dir) => {
    await assertRejects(() =>
      writeRun(`${dir}/a`, {
        ...tinyRun(),
        description: { ...tinyRun().description, latentDim: 1.5 },
      })
    );
    assertEquals(namesIn(dir), []);
  });
});

Deno.test("latentDimOf() and classesOf() throw for a run that has none", async () => {
  const { description: { latentDim: _l, classes: _c, ...rest }, files } = tinyRun();
  const gan = await openContents("gan", { description: { ...rest, system: "dcgan" }, files });
  assertThrows(
    () => latentDimOf(gan),
    InputError,
    'run "gan": its system dcgan has no latent space',
  );
  assertThrows(() => classesOf(gan), InputError, 'run "gan": its system dcgan has no classifier');
  const run = await openContents("run", tinyRun());
  assertEquals([latentDimOf(run), classesOf(run)], [2, [1, 4, 8]]);
});

Deno.test("checkOut() lets only a run be replaced, and only with force", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    await Deno.mkdir(`${dir}/photos`);
    await Deno.writeTextFile(`${dir}/photos/manifest.json`, "{}");
    await checkOut(`${dir}/new/run`);
    await checkOut(`${dir}/run`, { force: true });
    await assertRejects(() => checkOut(`${dir}/run`), InputError, "--force replaces it");
    await assertRejects(
      () => checkOut(`${dir}/photos`, { force: true }),
      InputError,
      "it holds other files",
    );
    assertEquals(namesIn(dir), ["photos", "run"]);
  });
});

Deno.test("checkOut() names what in a run is the user's own, and lets no run with it be replaced", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    // What train and report write, and what a killed process left.
    for (const name of ["report.pdf", "report.html", "report.html.tmp-0123abcd"]) {
      await Deno.writeTextFile(`${dir}/run/${name}`, "");
    }
    await checkOut(`${dir}/run`, { force: true });
    await Deno.writeTextFile(`${dir}/run/notes.txt`, "mine");
    const error = await assertRejects(() => checkOut(`${dir}/run`, { force: true }), InputError);
    assertEquals(
      error.message,
      `Cannot replace "${dir}/run": it holds notes.txt, which train did not write, another name is needed`,
    );
    await Deno.mkdir(`${dir}/run/photos`);
    await assertRejects(
      () => checkOut(`${dir}/run`, { force: true }),
      InputError,
      "it holds notes.txt and 1 more, which train did not write",
    );
    assertEquals(await Deno.readTextFile(`${dir}/run/notes.txt`), "mine");
  });
});

/** Writes a run that never ends, and is told by its caller when half of it is there. */
const ENDLESS = `
import { writeRun } from "./lib/run/run_folder.ts";
import { tinyRun } from "./tests/tiny_run.ts";
const { description, files } = tinyRun();
const write = Deno.writeFile;
Deno.writeFile = async (...args) => {
  await write(...args);
  console.log("writing");
  await new Promise((done) => setTimeout(done, 60_000));
};
await writeRun("run", { description, files }, { force: true });`;

Deno.test("writeRun() leaves no run if it is killed in mid-write", async () => {
  await inFolder(async (dir) => {
    const child = spawnProgram(ENDLESS, dir);
    await firstOutput(child);
    child.kill("SIGKILL");
    await child.output();
    const [left, ...rest] = namesIn(dir);
    assertMatch(left, /^run\.tmp-/); // so that it can be told from a run, and git ignores it
    assertEquals(rest, []);
    await assertRejects(
      () => readRun(`${dir}/run`),
      InputError,
      `Cannot read run "${dir}/run": there is no such folder, a folder that train wrote is needed`,
    );
  });
});

Deno.test("writeRun() leaves the old run whole if it is killed while it replaces it", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run`);
    const child = spawnProgram(ENDLESS, dir);
    await firstOutput(child);
    child.kill("SIGKILL");
    await child.output();
    const run = await readRun(`${dir}/run`);
    for (const file of Object.keys(run.manifest.files)) await run.read(file);
    assertEquals(namesIn(dir).length, 2);
    await checkOut(`${dir}/run`, { force: true });
    assertEquals(namesIn(dir), ["run"]); // what the killed process left is gone
  });
});

Deno.test("readRun() says where a run is that was being replaced", async () => {
  await inFolder(async (dir) => {
    await writeTinyRun(`${dir}/run.tmp-replaced`);
    await assertRejects(
      () => readRun(`${dir}/run`),
      InputError,
      `it was being replaced when the process was killed, and stands in "${dir}/run.tmp-replaced"`,
    );
  });
});

const faults: [name: string, change: (run: string) => Promise<void>, message: string][] = [
  [
    "the manifest is missing",
    (run) => Deno.remove(`${run}/manifest.json`),
    "it holds no manifest.json, a folder that train wrote is needed",
  ],
  [
    "the manifest is cut short",
    (run) => Deno.truncate(`${run}/manifest.json`, 100),
    "its manifest.json is not JSON",
  ],
  [
    "the manifest is of a newer format",
    (run) => changeManifest(run, { formatVersion: 3, latentDimensions: [2] }),
    "it has format version 3, this Glimpse reads version 2 and must be updated",
  ],
  [
    "the manifest lacks something",
    (run) => changeManifest(run, { system: undefined }),
    'its manifest.json has a fault at "system"',
  ],
  [
    "the manifest has something that is not known",
    (run) => changeManifest(run, { colour: "red" }),
    'Unrecognized key: "colour"',
  ],
  [
    "a file is missing",
    (run) => Deno.remove(`${run}/encoder.onnx`),
    "its encoder.onnx is missing, the whole folder that train wrote is needed",
  ],
  [
    "a file was altered",
    async (run) => {
      const bytes = await Deno.readFile(`${run}/encoder.onnx`);
      bytes[bytes.length - 1] ^= 1;
      await Deno.writeFile(`${run}/encoder.onnx`, bytes);
    },
    "its encoder.onnx was altered after train wrote it",
  ],
  [
    "a file was never written",
    async (run) => {
      const manifest = JSON.parse(await Deno.readTextFile(`${run}/manifest.json`));
      delete manifest.files["encoder.onnx"];
      await Deno.writeTextFile(`${run}/manifest.json`, JSON.stringify(manifest));
    },
    "its manifest lists no encoder.onnx",
  ],
];

async function changeManifest(run: string, changes: Record<string, unknown>): Promise<void> {
  const manifest = JSON.parse(await Deno.readTextFile(`${run}/manifest.json`));
  await Deno.writeTextFile(`${run}/manifest.json`, JSON.stringify({ ...manifest, ...changes }));
}

for (const [name, change, message] of faults) {
  Deno.test(`readRun() throws if ${name}`, async () => {
    await inFolder(async (dir) => {
      await writeTinyRun(`${dir}/run`);
      await change(`${dir}/run`);
      const error = await assertRejects(async () => {
        const run = await readRun(`${dir}/run`);
        await run.read(RUN_FILES.decoder); // one fault does not spoil the other files
        await run.read(RUN_FILES.encoder);
      }, InputError);
      assertEquals(error.message.startsWith(`Cannot read run "${dir}/run": `), true);
      assertEquals(error.message.includes(message), true, error.message);
    });
  });
}

import { assertEquals, assertThrows } from "@std/assert";
import { createManifest, formatManifest, parseManifest } from "../../../lib/run/manifest.ts";
import { InputError } from "../../../lib/input_error.ts";
import { tinyRun } from "../../tiny_run.ts";

const FILE = { bytes: 3, sha256: "0".repeat(64) };

const MANIFEST = createManifest(tinyRun().description, { b: FILE, a: FILE });

Deno.test("parseManifest() reads what formatManifest() wrote, its files in the order of names", () => {
  const manifest = parseManifest(formatManifest(MANIFEST), "run");
  assertEquals(manifest, MANIFEST);
  assertEquals(Object.keys(manifest.files), ["a", "b"]);
  const { classes: _c, latentDim: _l, ...gan } = MANIFEST;
  assertEquals(parseManifest(formatManifest(gan), "run"), gan);
});

Deno.test("parseManifest() says which version wrote a run of an older format", () => {
  const old = {
    format: "glimpse-run",
    formatVersion: 1,
    model: "vae",
    versions: { glimpse: "0.0.9" },
  };
  assertThrows(
    () => parseManifest(JSON.stringify(old), "old"),
    InputError,
    'Cannot read run "old": Glimpse 0.0.9 wrote it in format version 1, version 2 is needed, so train it again',
  );
});

Deno.test("formatManifest() throws on what parseManifest() would not accept", () => {
  for (const change of [{ latentDim: 1.5 }, { imageShape: [28, 28] }, { colour: "red" }]) {
    const changed = { ...MANIFEST, ...change } as typeof MANIFEST;
    assertThrows(() => formatManifest(changed));
    assertThrows(() => parseManifest(JSON.stringify(changed), "run"), InputError, "has a fault at");
  }
});

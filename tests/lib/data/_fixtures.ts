import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The path of a file that tests/fixtures/make_fixtures.py wrote. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}

/** The fixtures' six images of 4 x 4: pixel j of image i is (37 i + 11 j) mod 256. */
export const PIXELS = Uint8Array.from(
  { length: 96 },
  (_, i) => (37 * Math.floor(i / 16) + 11 * (i % 16)) % 256,
);

/** The fixtures' labels. */
export const LABELS = Int32Array.of(1, 4, 8, 1, 4, 8);

/** Runs a test in a folder of its own. */
export async function inFolder(
  use: (place: (name: string) => string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use((name) => join(folder, name));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Texts as NumPy saves them in a `.npy` file: `U` in UTF-32, `S` in bytes. */
export function encodeStrings(texts: readonly string[], kind: "U" | "S"): Uint8Array {
  const items = texts.map((text) =>
    kind === "S"
      ? new TextEncoder().encode(text)
      : new Uint8Array(Uint32Array.from(text, (character) => character.codePointAt(0)!).buffer)
  );
  const unit = kind === "U" ? 4 : 1;
  const size = Math.max(1, ...items.map(({ length }) => length / unit));
  const dict = `{'descr': '${kind === "U" ? "<" : "|"}${kind}${size}', ` +
    `'fortran_order': False, 'shape': (${texts.length},), }`.padEnd(100) + "\n";
  const header = new TextEncoder().encode(dict);
  const start = Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length, 0);
  const bytes = new Uint8Array(start.length + header.length + size * unit * texts.length);
  bytes.set(start);
  bytes.set(header, start.length);
  items.forEach((item, i) => bytes.set(item, start.length + header.length + size * unit * i));
  return bytes;
}

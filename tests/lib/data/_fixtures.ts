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

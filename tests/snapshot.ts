import { assertEquals } from "@std/assert";

const FOLDER = new URL("./snapshots/", import.meta.url);

/**
 * Holds a text to the file of that name in `tests/snapshots/`. With `UPDATE_SNAPSHOTS=1` the file
 * is written instead: look at it before it is committed.
 */
export async function assertSnapshot(name: string, text: string): Promise<void> {
  const file = new URL(name, FOLDER);
  if (Deno.env.get("UPDATE_SNAPSHOTS") === "1") {
    await Deno.mkdir(FOLDER, { recursive: true });
    await Deno.writeTextFile(file, text);
    return;
  }
  assertEquals(
    text,
    await Deno.readTextFile(file),
    `snapshot ${name}: UPDATE_SNAPSHOTS=1 takes it`,
  );
}

import { assertEquals } from "@std/assert";
import { encodeNpz } from "../../lib/data/npz.ts";
import { ndarray } from "../../lib/array/ndarray.ts";
import { fixture, inFolder, LABELS, PIXELS } from "../lib/data/_fixtures.ts";
import { runPython } from "./python.ts";

Deno.test("encodeNpz() writes files that numpy.load reads", async () => {
  await inFolder(async (place) => {
    const labels = ndarray("int64", [6], BigInt64Array.from(LABELS, BigInt));
    const arrays = { images: ndarray("uint8", [6, 4, 4], PIXELS), labels };
    await Deno.writeFile(place("stored.npz"), encodeNpz(arrays));
    await Deno.writeFile(place("deflated.npz"), encodeNpz(arrays, { compress: true }));
    const files = [fixture("stored.npz"), place("stored.npz"), place("deflated.npz")];
    assertEquals(await runPython("npz_peer.py", files), "equal\n");
  });
});

import { assertEquals } from "@std/assert";
import { encodeNpz } from "../../lib/data/npz.ts";
import { ndarray } from "../../lib/ndarray.ts";
import { fixture, inFolder, LABELS, PIXELS } from "../lib/data/_fixtures.ts";

Deno.test("encodeNpz() writes files that numpy.load reads", async () => {
  await inFolder(async (place) => {
    const labels = ndarray("int64", [6], BigInt64Array.from(LABELS, BigInt));
    const arrays = { images: ndarray("uint8", [6, 4, 4], PIXELS), labels };
    await Deno.writeFile(place("stored.npz"), encodeNpz(arrays));
    await Deno.writeFile(place("deflated.npz"), encodeNpz(arrays, { compress: true }));
    const script = `
import numpy as np, sys
for path in sys.argv[2:]:
    ours, numpys = np.load(path), np.load(sys.argv[1])
    assert sorted(ours) == sorted(numpys)
    for key in numpys:
        assert ours[key].dtype == numpys[key].dtype and (ours[key] == numpys[key]).all()
print("equal")`;
    const command = new Deno.Command("python3", {
      args: ["-c", script, fixture("stored.npz"), place("stored.npz"), place("deflated.npz")],
    });
    const output = await command.output();
    assertEquals(
      new TextDecoder().decode(output.stdout),
      "equal\n",
      new TextDecoder().decode(output.stderr),
    );
  });
});

import { assertEquals } from "@std/assert";
import { inFolder, namesIn, spawnProgram } from "../../command_line.ts";

/** Runs a session with its temporary files and its home in the working folder. */
const PROGRAM = `
import { GraphBuilder } from "./lib/onnx/mod.ts";
import { createSession } from "./lib/runtime/mod.ts";
for (const name of ["TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"]) {
  Deno.env.set(name, Deno.cwd());
}
const builder = new GraphBuilder();
const x = builder.input("x", "float32", [1]);
builder.output("y", builder.op.Neg(x), "float32", [1]);
const session = await createSession({ graph: builder.build(), opset: 17 });
await session.release();
`;

Deno.test("a session tells nobody about itself, and leaves no identity behind", async () => {
  await inFolder(async (dir) => {
    const { success, stderr } = await spawnProgram(PROGRAM, dir).output();
    assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
    assertEquals(namesIn(dir), []);
  });
});

import { assert, assertEquals, assertMatch } from "@std/assert";
import { ndarray } from "../../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../../lib/onnx/graph_builder.ts";
import { Profile } from "../../../lib/runtime/profile.ts";
import { formatProfile } from "../../../lib/runtime/profile_table.ts";
import { createSession } from "../../../lib/runtime/session.ts";
import { inFolder, namesIn } from "../../command_line.ts";

/** `y = (x + 1) * x`, the sum in a loop of `steps` rounds. */
function model() {
  const main = new GraphBuilder({ name: "main" });
  const x = main.input("x", "float32", [4]);
  const steps = main.input("steps", "int64", []);
  const body = new GraphBuilder({ name: "body", prefix: "body_" });
  body.input("iteration", "int64", []);
  const keepGoing = body.input("keep_going", "bool", []);
  const sum = body.input("sum", "float32", [4]);
  body.output("still_going", keepGoing, "bool", []);
  body.output("next", body.op.Add(sum, 1), "float32", [4]);
  const go = main.constant(ndarray("bool", [], Uint8Array.of(1)));
  const [looped] = main.node("Loop", [steps, go, x], { body: body.build([]) }, 1);
  main.output("y", main.op.Mul(looped, x), "float32", [4]);
  return { graph: main.build(), opset: 17 };
}

/** Runs a test whose temporary folders lie in one of its own. */
async function withTemporaries(test: (names: () => string[]) => Promise<void>): Promise<void> {
  const variable = Deno.build.os === "windows" ? "TMP" : "TMPDIR";
  const before = Deno.env.get(variable);
  await inFolder(async (dir) => {
    Deno.env.set(variable, dir);
    try {
      await test(() => namesIn(dir));
    } finally {
      if (before === undefined) Deno.env.delete(variable);
      else Deno.env.set(variable, before);
    }
  });
}

Deno.test("Profile tells what ran each node, how often and for how long", async () => {
  await withTemporaries(async (names) => {
    const profile = new Profile();
    const session = await createSession(model(), { threads: 1, profile });
    const inputs = {
      x: ndarray("float32", [4], Float32Array.of(1, 2, 3, 4)),
      steps: ndarray("int64", [], BigInt64Array.of(5n)),
    };
    assertEquals([...(await session.run(inputs)).y.data], [6, 14, 24, 36]);
    await session.run(inputs);
    assertEquals(profile.nodes, []);
    await session.release();

    const byOperator = Object.fromEntries(profile.nodes.map((node) => [node.operator, node]));
    const { Loop, Add, Mul } = byOperator;
    assertEquals([Loop.runs, Add.runs, Mul.runs], [2, 10, 2]);
    assert(profile.nodes.every(({ provider }) => provider === "CPUExecutionProvider"));
    assert(Add.milliseconds > 0 && Add.milliseconds < 1000);
    assertEquals(Loop.milliseconds, 0); // that of its body is the Add's
    assertEquals(profile.isCut, false);
    assertEquals(names(), []);

    const lines = formatProfile(profile);
    assertMatch(lines[0], /^provider +nodes +runs +ms +share$/);
    assertMatch(lines[1], /^CPUExecutionProvider +\d +\d\d +\d+\.\d+ +100\.0%$/);
    assert(lines.some((line) => /^Add \(CPU\) +1 +10 +\d+\.\d+ +\d+\.\d%$/.test(line)));
    assertEquals(lines.filter((line) => line.includes("the CPU ran")), []);
  });
});

Deno.test("Profile keeps the nodes of sessions apart, and leaves nothing of one that is not released", async () => {
  await withTemporaries(async (names) => {
    const profile = new Profile();
    const inputs = {
      x: ndarray("float32", [4], Float32Array.of(1, 2, 3, 4)),
      steps: ndarray("int64", [], BigInt64Array.of(1n)),
    };
    const sessions = [];
    for (let i = 0; i < 3; i++) sessions.push(await createSession(model(), { profile }));
    for (const session of sessions) await session.run(inputs);
    assertEquals(names().length, 3);
    for (const session of sessions.slice(1)) await session.release();
    assertEquals(profile.nodes.filter(({ operator }) => operator === "Mul").length, 2);
    await profile.close();
    assertEquals(names(), []);
  });
});

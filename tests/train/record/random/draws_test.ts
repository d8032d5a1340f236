import { assert, assertEquals } from "@std/assert";
import { GraphBuilder } from "../../../../lib/onnx/mod.ts";
import { hasDraws, reseedDraws, SEED_LIMIT } from "../../../../train/record/random/draws.ts";

/** A graph that draws by a seed in the body of a loop; the seed of a node that draws nothing stays. */
function drawing(seed: number) {
  const body = new GraphBuilder({ prefix: "body_" });
  body.output("y", body.op.RandomNormal({ seed, shape: [2] }), "float32", [2]);
  const main = new GraphBuilder();
  main.output(
    "y",
    main.op.If(main.input("x", "bool", []), { then_branch: body.build() }),
    "float32",
    [2],
  );
  return main.build();
}

function seedOf(graph: ReturnType<typeof drawing>): number {
  const body = graph.nodes[0].attributes.then_branch as typeof graph;
  return body.nodes[0].attributes.seed as number;
}

Deno.test("hasDraws() looks into subgraphs", () => {
  const builder = new GraphBuilder();
  builder.output("y", builder.op.Neg(builder.input("x", "float32", [])), "float32", []);
  assertEquals([hasDraws(drawing(1)), hasDraws(builder.build())], [true, false]);
});

Deno.test("reseedDraws() gives each epoch a seed of its own, the same each time", () => {
  const seeds = [1, 2, 3, 4].map((epoch) => seedOf(reseedDraws(drawing(7), epoch)));
  assertEquals(new Set(seeds).size, 4);
  assert(seeds.every((seed) => seed > 0 && seed < SEED_LIMIT && Number.isInteger(seed)));
  assertEquals(seedOf(reseedDraws(drawing(7), 2)), seeds[1]);
});

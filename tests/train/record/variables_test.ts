import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { readVariables, writeVariables } from "../../../train/record/variables.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

Deno.test("writeVariables() gives variables the values that readVariables() read, more than once", async () => {
  const variables: Record<string, tf.Variable> = {
    a: tf.variable(tf.tensor1d([1, 2])),
    b: tf.variable(tf.scalar(3)),
  };
  const values = await readVariables(variables);
  for (let i = 0; i < 2; i++) {
    for (const variable of Object.values(variables)) variable.assign(tf.zerosLike(variable));
    writeVariables(variables, values);
    assertEquals([[...variables.a.dataSync()], [...variables.b.dataSync()]], [[1, 2], [3]]);
  }
  tf.dispose(variables);
});

import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { recordingBackend } from "../../../train/record/register.ts";
import { withRecording } from "../../../train/record/record.ts";
import { recordStep, recordWithState, variablesUsedBy } from "../../../train/record/record_step.ts";
import { useBackend } from "../../../train/tfjs/backends.ts";

await useBackend("cpu");

const INPUTS = { x: { shape: [2] } };

const variableOf = (...values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));

Deno.test("recordStep() gives the variables that a step reads, assigns or creates, and their values", async () => {
  const [read, assigned, bystander] = [variableOf(1, 2), variableOf(3, 4), variableOf(5, 6)];
  let created: tf.Variable | undefined;
  const { recording, variables, changed, values } = await recordStep(({ x }) => {
    created ??= variableOf(7, 8);
    created.assign(tf.add(created, x));
    assigned.assign(tf.mul(read, x));
    return { loss: tf.sum(read) };
  }, { inputs: INPUTS });
  assertEquals(Object.values(variables), [read, assigned, created!]);
  assertEquals(Object.values(changed), [assigned, created!]);
  assertEquals(Object.values(values).map(({ data }) => [...data]), [[1, 2], [3, 4], [7, 8]]);
  assertEquals(Object.keys(recording.outputs).length, 3);
  assertEquals([...await assigned.data()], [3, 4]);
  assertEquals([...await created!.data()], [7, 8]);
  assertEquals(recordingBackend.refCount(bystander.dataId), 0, "it was brought to the recorder");
  tf.dispose([read, assigned, bystander, created!]);
});

Deno.test("recordStep() throws if a step assigns nothing, recordWithState() does not", async () => {
  const read = variableOf(1, 2);
  const fn = ({ x }: Record<string, tf.Tensor>) => ({ loss: tf.sum(tf.mul(read, x)) });
  await assertRejects(() => recordStep(fn, { inputs: INPUTS }), Error, "changes no variable");
  const { changed, variables } = await recordWithState(fn, { inputs: INPUTS });
  assertEquals([Object.keys(changed).length, Object.keys(variables).length], [0, 1]);
  read.dispose();
});

Deno.test("variablesUsedBy() finds what is read again, by other recordings too", () => {
  const [first, second] = [variableOf(1, 2), variableOf(3, 4)];
  const used = (fn: () => unknown) => withRecording(() => variablesUsedBy(() => void fn()));
  for (let i = 0; i < 2; i++) {
    assertEquals(used(() => tf.add(first, 1)), [first]);
    assertEquals(used(() => tf.add(tf.reshape(second, [2, 1]), first)), [first, second]);
    assertEquals(used(() => tf.ones([2])), []);
  }
  tf.dispose([first, second]);
});

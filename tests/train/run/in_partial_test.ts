import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../lib/input_error.ts";
import { inPartial } from "../../../train/run/in_partial.ts";
import type { PartialRun } from "../../../train/run/partial_run.ts";

/** A host and a folder that take notes. */
function notes(epoch: number, args: string[] = []) {
  const lines: string[] = [];
  const host = {
    args,
    print: (line: string) => void lines.push(line),
    status: {
      writeSync: (bytes: Uint8Array) => {
        lines.push(new TextDecoder().decode(bytes).trim());
        return bytes.length;
      },
      isTerminal: () => false,
    },
    exit: () => {},
  };
  const partial: PartialRun = {
    dir: "run.partial",
    epoch: () => Promise.resolve(epoch),
    checkpoint: (phase) => `${phase}`,
    keep: () => {},
    addModel: () => Promise.resolve(),
    models: () => ["encoder.onnx"],
    close: () => {},
    remove: () => Promise.resolve(void lines.push("removed")),
  };
  return { lines, host, partial };
}

Deno.test("inPartial() removes the folder once all is done, or where nothing was reached", async () => {
  const done = notes(0);
  assertEquals(await inPartial(done.partial, { ...done, out: "run" }, () => Promise.resolve(7)), 7);
  assertEquals(done.lines, ["removed"]);
  const failed = notes(0);
  const fail = () => Promise.reject(new InputError("Cannot train: broken"));
  await assertRejects(() => inPartial(failed.partial, { ...failed, out: "run" }, fail), InputError);
  assertEquals(failed.lines, ["removed"]);
});

Deno.test("inPartial() keeps what was reached, and says how to go on, as a shell takes it", async () => {
  const { lines, host, partial } = notes(4, ["--train", "my photos", "--beta", "2"]);
  const error = await assertRejects(
    () => inPartial(partial, { host, out: "run" }, () => Promise.reject(new InputError("Broken"))),
    InputError,
  );
  const kept =
    "what was trained is kept in run.partial (epoch 4, encoder.onnx); to go on: deno task train --train 'my photos' --beta 2 --out run --resume";
  assertEquals(error.message, `Broken\n${kept}`);
  assertEquals(lines, ["going on after epoch 4 of run.partial"]);
  const bug = () => inPartial(partial, { host, out: "run" }, () => Promise.reject(new TypeError()));
  await assertRejects(bug, TypeError);
  assertEquals(lines.at(-1), kept);
  const study = { ...notes(4, ["beta"]).host, task: "study" };
  const inStudy = await assertRejects(() =>
    inPartial(partial, { host: study, out: "run" }, () => Promise.reject(new InputError("Broken")))
  );
  assertEquals((inStudy as Error).message.endsWith("to go on: deno task study beta"), true);
});

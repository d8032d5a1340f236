import { linesOf } from "../../../lib/files/lines.ts";
import { type Answers, openWorker } from "./answers.ts";
import type { Question } from "./question.ts";

/**
 * Measures in a process of its own, so that a library that ends it takes nothing else with it. It
 * speaks as bench/peer.ts says: `{"version": …}` first, then a line of JSON for each line of JSON.
 *
 * Arguments: what to measure (a device of ONNX Runtime, or `tfjs-node-gpu`), and the folder of
 * models that it runs.
 */
async function serve([name, folder]: readonly string[]): Promise<void> {
  const say = (answer: unknown) => console.log(JSON.stringify(answer));
  const reasonOf = (error: unknown) => error instanceof Error ? error.message : String(error);
  let answers: Answers;
  try {
    const { hello, ...rest } = await openWorker(name, folder);
    answers = rest;
    say(hello);
  } catch (error) {
    return say({ error: reasonOf(error) });
  }
  for await (const line of linesOf(Deno.stdin.readable)) {
    const question: Question = JSON.parse(line);
    try {
      say(await answers[question.kind]!(question));
    } catch (error) {
      say({ error: reasonOf(error) });
    }
  }
}

if (import.meta.main) {
  await serve(Deno.args);
  Deno.exit(0);
}

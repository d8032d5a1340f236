import * as tf from "@tensorflow/tfjs-core";
import { ndarray } from "../../lib/array/ndarray.ts";
import { GraphBuilder } from "../../lib/onnx/mod.ts";
import { createSession, type Session } from "../../lib/runtime/mod.ts";
import { collectGarbage } from "../collect_garbage.ts";
import { adam, minimize, train, useBackend } from "../../train/mod.ts";

/** Rows of a batch and numbers of a row: a batch that is not freed is 1 MB. */
const [ROWS, SIZE] = [256, 1024];

/** What may be added to memory while much is done again, for caches: a leaked model is 150 MB. */
const MOST = 30e6;

/** Memory without what is only not collected yet, which differs by 60 MB from run to run. */
function rss(): number {
  collectGarbage();
  return Deno.memoryUsage().rss;
}

/** Trains 3,000 steps, and says how many bytes and tensors the last 2,500 add. */
async function trainSteps(engine: "onnx" | "native"): Promise<{ bytes: number; tensors: number }> {
  await useBackend("cpu");
  const weights = tf.variable(tf.zeros([SIZE, 1]));
  const optimizer = adam([weights]);
  const x = ndarray("float32", [ROWS, SIZE], new Float32Array(ROWS * SIZE).fill(0.1));
  const seen: { bytes: number; tensors: number }[] = [];
  await train(
    ({ x }) =>
      minimize(optimizer, tf.scalar(0.01), () => {
        const y = tf.matMul(x as tf.Tensor2D, weights as unknown as tf.Tensor2D);
        return { loss: tf.mean(tf.square(tf.sub(y, 1))) as tf.Scalar };
      }),
    { examples: { x } },
    {
      engine,
      epochs: 3000,
      batchSize: ROWS,
      threads: 1,
      callbacks: [({ epoch }) => {
        if (epoch === 500 || epoch === 3000) {
          seen.push({ bytes: rss(), tensors: tf.memory().numTensors });
        }
      }],
    },
  );
  tf.dispose([...optimizer.state]);
  weights.dispose();
  return { bytes: seen[1].bytes - seen[0].bytes, tensors: seen[1].tensors - seen[0].tensors };
}

/** Opens and runs 200 sessions, each closed at once or all at the end; bytes that 150 of them add. */
async function openSessions(closed: "at once" | "at the end"): Promise<number> {
  const builder = new GraphBuilder();
  const x = builder.input("x", "float32", ["batch", SIZE]);
  const weights = ndarray("float32", [SIZE, ROWS], new Float32Array(ROWS * SIZE).fill(0.1));
  const y = builder.op.MatMul(x, builder.constant(weights));
  builder.output("y", y, "float32", ["batch", ROWS]);
  const model = { graph: builder.build(), opset: 17 };
  const row = ndarray("float32", [1, SIZE], new Float32Array(SIZE));
  const open: Session[] = [];
  const seen: number[] = [];
  for (let i = 0; i < 200; i++) {
    const session = await createSession(model, { threads: 1 });
    await session.run({ x: row });
    if (closed === "at once") await session.release();
    else open.push(session);
    // After each, so that the allocator reuses the bytes of models, 1 MB each, that were written.
    seen.push(rss());
  }
  for (const session of open) await session.release();
  return seen[199] - seen[49];
}

/** Looks whether memory stays flat. Prints what it finds, and returns the number of faults. */
export async function checkMemory(print: (line: string) => void): Promise<number> {
  let faults = 0;
  const say = (what: string, bytes: number, tensors = 0) => {
    const isFlat = bytes <= MOST && tensors === 0;
    if (!isFlat) faults++;
    print(
      `${isFlat ? "flat" : "NOT FLAT"}: ${what}: ${
        (bytes / 1e6).toFixed(0)
      } MB, ${tensors} tensors`,
    );
  };
  for (const engine of ["onnx", "native"] as const) {
    const { bytes, tensors } = await trainSteps(engine);
    say(`steps 500 to 3,000, engine ${engine}`, bytes, tensors);
  }
  say("sessions 50 to 200", await openSessions("at once"));
  // The measure itself: it must find sessions that are not closed.
  const leaked = await openSessions("at the end");
  if (leaked <= MOST) faults++;
  print(
    `${leaked > MOST ? "found" : "NOT FOUND"}: 150 open sessions: ${(leaked / 1e6).toFixed(0)} MB`,
  );
  return faults;
}

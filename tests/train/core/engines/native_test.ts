import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import * as tf from "@tensorflow/tfjs-core";
import { ndarray, sizeOf } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
import { chunks, type Feed } from "../../../../train/core/feed.ts";
import { InputError } from "../../../../lib/input_error.ts";
import { compiledBy } from "../../../../train/core/engines/native.ts";
import { FLAGS } from "../../../../train/native/compiler.ts";
import { ENGINES } from "../../../../train/core/engines/mod.ts";
import {
  randomNormal,
  randomUniform,
  truncatedNormal,
} from "../../../../train/record/random/random.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";
import { assertSameStep, curveError, relativeError, runSteps, STEP_CASES } from "../step_case.ts";
import { inFolder } from "../../../command_line.ts";
import { tinyTraining, valuesOf } from "../tiny_training.ts";

await useBackend("cpu");

for (const stepCase of STEP_CASES) {
  Deno.test(`one compiled step gives what ONNX Runtime gives (${stepCase.about})`, async () => {
    const expected = await runSteps(stepCase, "onnx", [0, 1]);
    assertSameStep(await runSteps(stepCase, "native", [0, 1]), expected);
  });

  Deno.test(`100 compiled steps follow the curve of ONNX Runtime (${stepCase.about})`, async () => {
    const { losses: expected } = await runSteps(stepCase, "onnx", [0, 100]);
    const { losses: actual } = await runSteps(stepCase, "native", [0, 100]);
    for (const [name, curve] of Object.entries(expected)) {
      assert(curveError(actual[name], curve) <= 5e-3, name);
    }
  });
}

Deno.test("the native engine ends in the same bytes with any threads and chunks", async () => {
  const run = async (threads: number, size: number) => {
    const { step, feed, variables, losses, dispose } = tinyTraining();
    const options = { batchSize: 10, seed: 1, threads };
    const engine = await ENGINES.native(step, feed, options);
    const found: unknown[] = [];
    for (const chunk of chunks(feed, { ...options, epoch: 1, size: () => size })) {
      for (const values of Object.values(await engine.run(chunk))) found.push(values);
    }
    found.push(await engine.evaluate(losses, feed));
    await engine.dispose();
    const values = await valuesOf(variables);
    dispose();
    return { values, last: found.at(-1) };
  };
  const expected = await run(1, 5);
  assertEquals(await run(2, 5), expected);
  assertEquals(await run(3, 2), expected);
});

// Two views of each image in one convolution: a row of the batch is two of its rows.
for (const batchSize of [7, 31, 40]) {
  Deno.test(`the native engine cuts ${batchSize} pairs of images alike in all it computes`, async () => {
    const shape = [2 * batchSize, 6, 6, 2];
    const feed: Feed = {
      examples: {
        a: ndarray("float32", shape, new Random(1, "views").normals(sizeOf(shape))),
        b: ndarray("float32", shape, new Random(2, "views").normals(sizeOf(shape))),
      },
    };
    const run = async (name: "native" | "onnx", threads: number) => {
      const filter = tf.variable(tf.randomNormal([3, 3, 2, 8], 0, 0.3, "float32", 3));
      const engine = await ENGINES[name](
        ({ a, b }) => {
          const { value, grads } = tf.variableGrads(() => {
            const both = tf.concat([a, b]) as tf.Tensor4D;
            return tf.mean(tf.square(tf.elu(tf.conv2d(both, filter as tf.Tensor4D, 1, "same"))));
          }, [filter]);
          filter.assign(tf.sub(filter, tf.mul(grads[filter.name], 0.5)));
          return { loss: value };
        },
        feed,
        { batchSize, seed: 0, threads },
      );
      for (let epoch = 1; epoch <= 10; epoch++) {
        for (const chunk of chunks(feed, { epoch, batchSize, seed: 0 })) await engine.run(chunk);
      }
      await engine.sync();
      const values = await filter.data();
      await engine.dispose();
      filter.dispose();
      return values;
    };
    const actual = await run("native", 1);
    assert(relativeError(actual, await run("onnx", 1)) <= 1e-5);
    assertEquals(await run("native", 2), actual);
    assertEquals(await run("native", 3), actual);
  });
}

Deno.test("the native engine computes values that cut the rows of a batch in parts", async () => {
  const shape = [128, 48];
  const feed: Feed = {
    examples: { x: ndarray("float32", shape, new Random(1, "x").normals(sizeOf(shape))) },
  };
  const run = async (name: "native" | "onnx", threads: number) => {
    const weights = tf.variable(tf.randomNormal([48], 0, 1, "float32", 3));
    const engine = await ENGINES[name](
      ({ x }) => {
        const { value, grads } = tf.variableGrads(() => {
          const rows = tf.elu(tf.mul(x, weights));
          const parts = tf.square(tf.reshape(rows, [4, 32, 48]));
          return tf.add(
            tf.mean(tf.sum(parts, 1)),
            tf.mean(tf.sum(tf.square(rows), 1)),
          ) as tf.Scalar;
        }, [weights]);
        weights.assign(tf.sub(weights, tf.mul(grads[weights.name], 0.1)));
        return { loss: value };
      },
      feed,
      { batchSize: 128, seed: 0, threads },
    );
    for (let epoch = 1; epoch <= 10; epoch++) {
      for (const chunk of chunks(feed, { epoch, batchSize: 128, seed: 0 })) await engine.run(chunk);
    }
    await engine.sync();
    const values = await weights.data();
    await engine.dispose();
    weights.dispose();
    return values;
  };
  const actual = await run("native", 1);
  assert(relativeError(actual, await run("onnx", 1)) <= 1e-5);
  assertEquals(await run("native", 3), actual);
});

Deno.test("the native engine draws the numbers that ONNX Runtime draws, and anew each epoch", async () => {
  const shape = [8, 700];
  const feed: Feed = { examples: { x: ndarray("float32", [8, 1], new Float32Array(8)) } };
  const run = async (name: "native" | "onnx") => {
    const sink = tf.variable(tf.zeros([3, ...shape]));
    const engine = await ENGINES[name](
      ({ x }) => {
        const draws = [
          randomUniform(shape, { seed: 5, low: -1, high: 3 }),
          randomNormal(shape, { seed: 6, mean: 1, stddev: 2 }),
          truncatedNormal(shape, { seed: 7 }),
        ];
        sink.assign(tf.stack(draws));
        return { loss: tf.sum(x) as tf.Scalar };
      },
      feed,
      { batchSize: 4, seed: 0, threads: 1 },
    );
    const found: number[][] = [];
    for (const epoch of [1, 2]) {
      for (const chunk of chunks(feed, { epoch, batchSize: 4, seed: 0, size: () => 1 })) {
        await engine.run(chunk);
        await engine.sync();
        found.push([...await sink.data()]);
      }
    }
    await engine.dispose();
    sink.dispose();
    return found;
  };
  const [actual, expected] = [await run("native"), await run("onnx")];
  assertEquals(actual.length, 4);
  actual.forEach((values, i) => {
    assert(relativeError(values, expected[i]) <= 1e-6, `draw ${i}`);
  });
  assert(relativeError(actual[0], actual[1]) > 0.1 && relativeError(actual[0], actual[2]) > 0.1);
});

/** Opens the tiny training where compiling fails; gives the engine's description and why. */
async function fallBack(toolchain: Parameters<typeof compiledBy>[0]) {
  const { step, feed, dispose } = tinyTraining();
  const reasons: string[] = [];
  const options = { batchSize: 10, seed: 1, threads: 1 };
  await assertRejects(() => compiledBy(toolchain)(step, feed, options), InputError);
  const native = { onFallBack: (reason: string) => reasons.push(reason) };
  const engine = await compiledBy(toolchain)(step, feed, { ...options, native });
  for (const chunk of chunks(feed, { ...options, epoch: 1 })) await engine.run(chunk);
  await engine.dispose();
  dispose();
  assertEquals(engine.description, "onnx (cpu)");
  assertEquals(reasons.length, 1);
  return reasons[0];
}

Deno.test("the native engine gives way to onnx with one line, whatever is amiss with compiling", async () => {
  await inFolder(async (dir) => {
    const folder = `${dir}/cache`;
    // What is compiled here need not be fast.
    const quick = { folder, flags: [...FLAGS, "-O0"] };
    assertMatch(
      await fallBack({ compilers: ["no-such-compiler"] }),
      /there is no C compiler \(no-such-compiler\)/,
    );
    assertMatch(await fallBack({ compilers: ["false"] }), /false ended with code 1/);
    assertMatch(await fallBack({ folder, flags: ["-no-such-flag"] }), /error: unrecognized/);
    await Deno.writeTextFile(`${dir}/file`, "");
    assertMatch(await fallBack({ folder: `${dir}/file/cache` }), /^Cannot keep compiled steps in/);
    // A library that was changed, and one that is whole but for another machine.
    const { step, feed, dispose } = tinyTraining();
    const options = { batchSize: 10, seed: 1, threads: 1 };
    await (await compiledBy(quick)(step, feed, options)).dispose();
    dispose();
    const [name] = [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(".so"));
    await Deno.writeTextFile(`${folder}/${name}`, "another");
    assertMatch(await fallBack(quick), /it is not what was compiled, remove it/);
    const hash = createHash("sha256").update("another").digest("hex");
    await Deno.writeTextFile(`${folder}/${name}.sha256`, hash);
    assertMatch(
      await fallBack(quick),
      /^Cannot load ".+": .+, remove it to compile it again$/,
    );
  });
});

Deno.test("the native engine writes the C text that it compiles where it is told to", async () => {
  await inFolder(async (dir) => {
    const { step, feed, dispose } = tinyTraining();
    const options = { batchSize: 10, seed: 1, threads: 1, native: { keepC: `${dir}/c` } };
    await (await ENGINES.native(step, feed, options)).dispose();
    const [{ name }] = [...Deno.readDirSync(`${dir}/c`)];
    assertMatch(name, /^step_[0-9a-f]{8}\.c$/);
    assertMatch(await Deno.readTextFile(`${dir}/c/${name}`), /int glimpse_run\(/);
    const native = { keepC: `${dir}/c/${name}` };
    await assertRejects(
      () => ENGINES.native(step, feed, { ...options, native }),
      InputError,
      "a part of the path is a file",
    );
    dispose();
  });
});

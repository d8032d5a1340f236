import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { type NdArray, ndarray, sizeOf } from "../../../../lib/array/ndarray.ts";
import { Random } from "../../../../lib/array/random.ts";
import { randomNormal, record, type Recording } from "../../../../train/record/mod.ts";
import { type RecordedStep, recordStep } from "../../../../train/record/record_step.ts";
import type { KernelNode, Recorded } from "../../../../train/record/recording/recorded.ts";
import { originOf, recordedKernels } from "../../../../train/record/recording/recording.ts";
import { useBackend } from "../../../../train/tfjs/backends.ts";

await useBackend("cpu");

type Tensors = Record<string, tf.Tensor>;
type Step = (batch: Tensors) => Tensors;

/** Runs a recording on the active backend, from its kernels and nothing else. */
function interpret(recording: Recording, inputs: Readonly<Record<string, NdArray>>): Tensors {
  const results = new Map<KernelNode, tf.Tensor[]>();
  const toTensor = ({ data }: NdArray, shape: readonly number[], dtype: tf.DataType) =>
    tf.tensor(data as Float32Array, [...shape], dtype);
  const valueOf = (recorded: Recorded): tf.Tensor => {
    const { shape, dtype } = recorded;
    const origin = originOf(recorded);
    if (origin.kind === "input") return toTensor(inputs[origin.name], shape, dtype);
    if (origin.kind === "constant") return toTensor(origin.array, shape, dtype);
    return results.get(origin.node)![origin.index];
  };
  for (const node of recordedKernels(recording)) {
    const values = Object.entries(node.inputs).map(([name, each]) => [name, valueOf(each)]);
    const isList = "0" in node.inputs;
    const given = isList ? values.map(([, value]) => value) : Object.fromEntries(values);
    const outputs: tf.Tensor[] = [tf.engine().runKernel(node.kernel, given, node.attrs)].flat();
    outputs.forEach((output, i) => {
      const { shape, dtype } = node.outputs[i];
      assertEquals([output.shape, output.dtype], [[...shape], dtype], node.kernel);
    });
    results.set(node, outputs);
  }
  return Object.fromEntries(
    Object.entries(recording.outputs).map(([name, output]) => [name, valueOf(output)]),
  );
}

/** Numbers in [0, 1). */
function uniform(shape: readonly number[], stream: string): NdArray<"float32"> {
  const random = new Random(0, stream);
  return ndarray(
    "float32",
    shape,
    Float32Array.from({ length: sizeOf(shape) }, random.uniform, random),
  );
}

/** That the kernels of a recorded step give the very numbers that the step gives eagerly. */
async function assertInterpreted(
  step: Step,
  inputs: Readonly<Record<string, NdArray<"float32">>>,
): Promise<RecordedStep> {
  const recorded = await recordStep(step, { inputs });
  const { recording, variables, values } = recorded;
  const actual = interpret(recording, { ...values, ...inputs });

  const tensors = Object.entries(inputs).map((
    [name, { data, shape }],
  ) => [name, tf.tensor(data, [...shape])]);
  const losses = step(Object.fromEntries(tensors));
  const state = Object.entries(variables).map(([name, variable]) => [`new/${name}`, variable]);
  const expected: Tensors = { ...losses, ...Object.fromEntries(state) };
  assert(Object.keys(actual).length > Object.keys(losses).length);
  for (const [name, tensor] of Object.entries(actual)) {
    assertEquals(await tensor.data(), await expected[name].data(), name);
  }
  return recorded;
}

function kernelNames(recording: Recording): string[] {
  return recordedKernels(recording).map(({ kernel }) => kernel);
}

const seeded = (seed: number) => tfl.initializers.glorotNormal({ seed });

Deno.test("the kernels of a step of a VAE give what the step gives eagerly", async () => {
  const dense = (units: number, inputDim: number, seed: number) =>
    tfl.sequential({
      layers: [
        tfl.layers.dense({
          units: 12,
          inputDim,
          activation: "relu",
          kernelInitializer: seeded(seed),
        }),
        tfl.layers.dense({ units, kernelInitializer: seeded(seed + 1) }),
      ],
    });
  const [encoder, decoder] = [dense(4, 20, 1), dense(20, 2, 3)];
  const optimizer = tf.train.adam(1e-2);
  const step: Step = ({ x, epsilon }) => {
    const loss = optimizer.minimize(() => {
      const [mean, logVar] = tf.split(encoder.apply(x) as tf.Tensor2D, 2, 1);
      const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), epsilon));
      const logits = decoder.apply(z) as tf.Tensor2D;
      const entropy = tf.add(
        tf.sub(tf.relu(logits), tf.mul(logits, x)),
        tf.softplus(tf.neg(tf.abs(logits))),
      );
      const kl = tf.sub(tf.add(tf.square(mean), tf.exp(logVar)), tf.add(logVar, 1));
      return tf.mean(tf.add(tf.sum(entropy, 1), tf.mul(tf.sum(kl, 1), 0.5))) as tf.Scalar;
    }, true)!;
    return { loss };
  };
  const { recording } = await assertInterpreted(step, {
    x: uniform([6, 20], "x"),
    epsilon: uniform([6, 2], "epsilon"),
  });
  const names = kernelNames(recording);
  for (const kernel of ["_FusedMatMul", "BatchMatMul", "SplitV", "Step"]) {
    assert(names.includes(kernel), kernel);
  }
});

Deno.test("the kernels of a step of convolutions, pooling and batch normalization give what it gives", async () => {
  const options = { kernelSize: 3, padding: "same" } as const;
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        ...options,
        filters: 3,
        inputShape: [8, 8, 1],
        kernelInitializer: seeded(1),
      }),
      tfl.layers.batchNormalization(),
      tfl.layers.reLU(),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.separableConv2d({
        ...options,
        filters: 4,
        depthwiseInitializer: seeded(2),
        pointwiseInitializer: seeded(3),
      }),
      tfl.layers.averagePooling2d({ poolSize: 2 }),
      tfl.layers.conv2dTranspose({
        ...options,
        filters: 1,
        strides: 4,
        kernelInitializer: seeded(4),
      }),
    ],
  });
  const optimizer = tf.train.adam(1e-2);
  const step: Step = ({ x }) => {
    const loss = optimizer.minimize(
      () =>
        tf.losses.meanSquaredError(x, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar,
      true,
    )!;
    return { loss };
  };
  const { recording } = await assertInterpreted(step, { x: uniform([5, 8, 8, 1], "x") });
  const names = new Set(kernelNames(recording));
  for (
    const kernel of [
      "Conv2DBackpropFilter",
      "Conv2DBackpropInput",
      "DepthwiseConv2dNativeBackpropFilter",
      "MaxPoolGrad",
      "AvgPoolGrad",
    ]
  ) assert(names.has(kernel), kernel);
});

Deno.test("recordedKernels() keeps names, inputs and attributes, each kernel after those it reads", () => {
  const recording = record(({ x, filter }) => {
    const y = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, "valid");
    tf.square(x);
    return { y: tf.mul(y, tf.tensor1d([2, 3])) };
  }, { x: { shape: [1, 5, 5, 1] }, filter: { shape: [3, 3, 1, 2] } });
  const [conv, product] = recordedKernels(recording);
  assertEquals(kernelNames(recording), ["Conv2D", "Multiply"]);
  assertEquals(conv.attrs.strides, 2);
  assertEquals(conv.outputs.map(({ shape, dtype }) => [shape, dtype]), [[[1, 2, 2, 2], "float32"]]);
  assertEquals(originOf(conv.inputs.filter), { kind: "input", name: "filter" });
  assertEquals(originOf(product.inputs.a), { kind: "kernel", node: conv, index: 0 });
  const scale = originOf(product.inputs.b);
  assert(scale.kind === "constant");
  assertEquals([...scale.array.data], [2, 3]);
});

Deno.test("a drawing is a kernel, and so is the new shape of a parameter that shares its data", () => {
  const weights = tf.tensor1d([1, 2, 3, 4, 5, 6]);
  const matrix = tf.reshape(weights, [2, 3]);
  const recording = record(
    () => {
      return { y: tf.add(matrix, randomNormal([2, 3], { seed: 5 })), z: tf.neg(weights) };
    },
    {},
    { parameters: { weights } },
  );
  const kernels = recordedKernels(recording);
  assertEquals(kernels.map(({ kernel }) => kernel).sort(), [
    "Add",
    "Neg",
    "Reshape",
    "randomNormal",
  ]);
  const { attrs } = kernels.find(({ kernel }) => kernel === "randomNormal")!;
  assertEquals(attrs, { shape: [2, 3], seed: 5, mean: 0, stddev: 1 });
});

Deno.test("what tensors stand for is values once they are computed: no kernel before them is kept", async () => {
  await tf.setBackend("onnx");
  try {
    const x = tf.square(tf.tensor1d([1, 2, 3]));
    await x.data();
    const recording = record(() => ({ y: tf.neg(x) }), {});
    assertEquals(kernelNames(recording), ["Neg"]);
    const [node] = recordedKernels(recording);
    assertEquals(node.inputs.x.origin, undefined);
  } finally {
    await useBackend("cpu");
  }
});

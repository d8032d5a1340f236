import { assert, assertEquals } from "@std/assert";
import * as tfl from "@tensorflow/tfjs-layers";
import { encodeNpz, readNpz } from "../../lib/data/mod.ts";
import type { NdArray } from "../../lib/array/ndarray.ts";
import { differences } from "../../lib/onnx/mod.ts";
import { namedVariables } from "../../train/core/variables.ts";
import { useBackend } from "../../train/tfjs/backends.ts";
import type { ExportFunction } from "../../train/export/exportable.ts";
import { exportOnnx, type ExportOnnxOptions } from "../../train/export/export_onnx.ts";
import { inFolder } from "../command_line.ts";
import { drawInputs, drawWeights, runEagerly } from "../train/export/exported.ts";
import { LAYER_CASES } from "../train/export/layers/mod.ts";
import { modelOf } from "../train/export/layers/model_of.ts";
import { CHOICES, NETS } from "../train/export/nets/mod.ts";
import { runPython } from "./python.ts";

await useBackend("cpu");

/** What `layers_and_nets_peer.py` says of a model. */
interface Examined {
  readonly error?: string;
  readonly opset: Record<string, number>;
  readonly weights: string[];
  /** Results whose type or shape full inference did not find. */
  readonly untyped: string[];
}

/** Something to export. */
interface Subject {
  readonly name: string;
  readonly model: tfl.LayersModel | ExportFunction;
  readonly options: ExportOnnxOptions;
  readonly choices: number;
}

const BATCHES = [1, 4];

/** Absolute up to 1, and relative above. */
const TOLERANCE = 1e-4;

function layerSubjects(): Subject[] {
  return LAYER_CASES.map((layerCase, i) => ({
    name: `${i}_${layerCase.layer}`,
    ...modelOf(layerCase),
    choices: layerCase.choices ?? 2,
  }));
}

function netSubjects(options: ExportOnnxOptions = {}): Subject[] {
  return Object.entries(NETS).map(([name, build]) => {
    const model = build();
    drawWeights(model);
    return { name, model, options, choices: CHOICES };
  });
}

for (
  const [what, subjects] of [
    ["every stock layer", layerSubjects],
    ["ten nets", netSubjects],
    ["ten nets in opset 21", () => netSubjects({ opsetVersion: 21 })],
    ["ten nets with external data", () => netSubjects({ externalDataBytes: 0 })],
  ] as const
) {
  Deno.test(`onnx and its runtime take ${what}, with TensorFlow.js's numbers`, async (t) => {
    for (const [name, check] of Object.entries(await runAll(subjects()))) await t.step(name, check);
  });
}

/** Exports all, has Python look at them and run them, and gives what remains to be checked. */
async function runAll(subjects: readonly Subject[]): Promise<Record<string, () => void>> {
  const checks: Record<string, () => void> = {};
  await inFolder(async (dir) => {
    const expected: Record<string, Record<string, NdArray>[]> = {};
    for (const subject of subjects) {
      const folder = `${dir}/${subject.name}`;
      expected[subject.name] = await writeSubject(subject, folder);
    }
    const report: Record<string, Examined> = JSON.parse(
      await runPython("layers_and_nets_peer.py", [dir]),
    );
    for (const { name, model, options: { opsetVersion = 17 } } of subjects) {
      const examined = report[name];
      const answers = examined.error === undefined
        ? await Promise.all(BATCHES.map((batch) => readNpz(`${dir}/${name}/answers_${batch}.npz`)))
        : [];
      checks[name] = () => {
        assertEquals(examined.error, undefined);
        assertEquals([examined.opset, examined.untyped], [{ "": opsetVersion }, []]);
        if (model instanceof tfl.LayersModel) {
          const weights = Object.keys(namedVariables({ [model.name]: model }));
          assertEquals(examined.weights.sort(), weights.sort());
        }
        answers.forEach((answer, i) => checkClose(answer, expected[name][i]));
      };
    }
  });
  return checks;
}

/** Writes a model with inputs, and gives the outputs that TensorFlow.js has for them. */
async function writeSubject(
  { model, options, choices }: Subject,
  folder: string,
): Promise<Record<string, NdArray>[]> {
  const { model: { graph } } = await exportOnnx(model, `${folder}/model.onnx`, options);
  const expected: Record<string, NdArray>[] = [];
  for (const batch of BATCHES) {
    const inputs = drawInputs(graph.inputs, { batch, choices });
    await Deno.writeFile(`${folder}/inputs_${batch}.npz`, encodeNpz(inputs));
    const outputs = await runEagerly(model, inputs, graph.outputs);
    const numbered = Object.values(outputs).map((array, i) => [`output_${i}`, array]);
    expected.push(Object.fromEntries(numbered));
  }
  return expected;
}

function checkClose(
  actual: Record<string, NdArray>,
  expected: Record<string, NdArray>,
): void {
  for (const { name, relativeDifference } of differences(actual, expected)) {
    assert(relativeDifference <= TOLERANCE, `${name} is off by ${relativeDifference}`);
  }
}

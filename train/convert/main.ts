import { defineCommand, runCommand } from "../../lib/command/command.ts";
import type { OptionTable } from "../../lib/command/flags.ts";
import { PROCESS } from "../../lib/command/process.ts";
import { Progress } from "../../lib/command/progress.ts";
import { readNpz } from "../../lib/data/mod.ts";
import { InputError } from "../../lib/input_error.ts";
import { BASE_OPSET, LATEST_OPSET } from "../../lib/onnx/opset.ts";
import { EXPORT_TOLERANCE } from "../export/export_function.ts";
import { useBackend } from "../tfjs/backends.ts";
import { convert } from "./convert.ts";
import { formatSummary } from "./format_summary.ts";
import { parseShapes } from "./parse_shapes.ts";

const options = {
  inputs: {
    kind: "names",
    description: "Names of the inputs in the ONNX file, in the order of the model",
  },
  outputs: {
    kind: "names",
    description: "Nodes of a graph model to compute instead of its outputs",
  },
  shape: {
    kind: "names",
    placeholder: "NAME=SHAPE,...",
    description: "Shapes of inputs, such as images=?x224x224x3; ? is a dynamic size",
  },
  opset: {
    kind: "integer",
    description: "The ONNX opset version; by default the lowest that suffices",
    min: BASE_OPSET,
    max: LATEST_OPSET,
  },
  check: {
    kind: "boolean",
    description: "Compare the file with TensorFlow.js on random inputs",
    default: true,
  },
  fp16: { kind: "boolean", description: "Store weights as 16-bit floats: half the file size" },
  int8: {
    kind: "boolean",
    description:
      "Store weights as 8-bit integers: a quarter of the file size; dense layers compute with them",
  },
  calibrate: {
    kind: "path",
    placeholder: "EXAMPLES.npz",
    description:
      "Calibration examples for --int8, so that convolutions compute with 8-bit integers; bytes are pixels",
  },
  tolerance: {
    kind: "number",
    description:
      `Largest difference allowed, relative to the largest absolute value of an output; by default ${EXPORT_TOLERANCE}`,
    min: 0,
  },
} as const satisfies OptionTable;

export const program = defineCommand({
  name: "convert",
  description: "Convert a saved TensorFlow.js model to ONNX",
  positionals: {
    model: { description: "The model.json of a layers model or graph model, or its folder" },
    out: { description: "The .onnx file to write" },
  },
  options,
  examples: [
    { does: "A model of any kind", line: "deno task convert model.json model.onnx" },
    {
      does: "With a fixed size for a dynamic input",
      line: "deno task convert model.json model.onnx --shape images=?x224x224x3",
    },
    {
      does: "A quarter of the file size, with the loss of precision in a table",
      line: "deno task convert model.json model.onnx --int8",
    },
    {
      does: "Convolutions in 8-bit integers, in steps that examples give",
      line: "deno task convert model.json model.onnx --int8 --calibrate images.npz",
    },
  ],
  async run({ model, out, shape = [], fp16, int8, calibrate, ...options }, host) {
    if (!options.check && options.tolerance !== undefined) {
      throw new InputError(
        "Cannot convert: --no-check and --tolerance are given, a tolerance needs the check",
      );
    }
    if (fp16 && int8) {
      throw new InputError("Cannot convert: --fp16 and --int8 are given, one of them is needed");
    }
    if (calibrate !== undefined && !int8) {
      throw new InputError("Cannot convert: --calibrate is given, which needs --int8");
    }
    const calibration = calibrate === undefined ? undefined : await readNpz(calibrate);
    // The quickest that needs nothing native; where it lacks a kernel, cpu stands in.
    await useBackend("wasm");
    const progress = new Progress(host.status);
    const started = performance.now();
    const { exported, bytes } = await convert(model, out, {
      ...options,
      calibration,
      bits: fp16 ? "float16" : int8 ? "int8" : undefined,
      shapes: parseShapes(shape),
      onProgress: (state) =>
        progress.update({
          ...state,
          label: "comparing with TensorFlow.js",
          unit: "batches",
          seconds: (performance.now() - started) / 1000,
        }),
    });
    progress.clear();
    host.print(formatSummary(exported, { path: out, bytes }));
  },
});

if (import.meta.main) await runCommand(program, PROCESS);

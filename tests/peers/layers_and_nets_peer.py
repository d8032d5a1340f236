"""Checks the models of a folder's sub-folders and runs them; see layers_and_nets_test.ts.

Each sub-folder holds `model.onnx` and an .npz of inputs for each batch, and gets the answers beside.
Prints what was found in each.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime


def examine(path):
    # By its path: with external data a model is more than its file.
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(path)
    inferred = onnx.shape_inference.infer_shapes(
        model, check_type=True, strict_mode=True, data_prop=True
    )
    typed = {value.name for value in inferred.graph.value_info}
    typed |= {value.name for value in inferred.graph.output}
    results = [name for node in model.graph.node for name in node.output if name]
    return {
        "opset": {entry.domain: entry.version for entry in model.opset_import},
        "weights": [
            tensor.name
            for tensor in model.graph.initializer
            if not tensor.name.startswith("/")
        ],
        "untyped": [name for name in results if name not in typed],
    }


def run(folder):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        folder / "model.onnx", options, providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]
    for path in sorted(folder.glob("inputs_*.npz")):
        answers = session.run(names, dict(np.load(path)))
        target = path.with_name(path.name.replace("inputs", "answers"))
        np.savez(target, **{f"output_{i}": answer for i, answer in enumerate(answers)})


report = {}
for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        report[folder.name] = examine(folder / "model.onnx")
        run(folder)
    except Exception as error:
        report[folder.name] = {"error": f"{type(error).__name__}: {error}"}
json.dump(report, sys.stdout)

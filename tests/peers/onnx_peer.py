"""Checks the .onnx files of a folder and runs them; see onnx_test.ts.

Prints what each file says of itself, and writes what it answers to each batch of `images.npz` or
`z.npz` beside it.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

RANDOM_OPS = {
    "Bernoulli",
    "Dropout",
    "Multinomial",
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
}


def op_types(graph):
    for node in graph.node:
        yield node.op_type
        for attribute in node.attribute:
            for subgraph in [attribute.g, *attribute.graphs]:
                yield from op_types(subgraph)


def shape_of(value):
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]


def examine(path):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(
        model, check_type=True, strict_mode=True, data_prop=True
    )
    typed = {value.name for value in inferred.graph.value_info}
    typed |= {value.name for value in inferred.graph.output}
    results = [name for node in model.graph.node for name in node.output if name]
    return {
        "producer": model.producer_name,
        "description": model.doc_string,
        "metadata": {entry.key: entry.value for entry in model.metadata_props},
        "opset": {entry.domain: entry.version for entry in model.opset_import},
        "inputs": {value.name: shape_of(value) for value in model.graph.input},
        "outputs": {value.name: shape_of(value) for value in inferred.graph.output},
        "untyped": [name for name in results if name not in typed],
        "random": sorted(RANDOM_OPS & set(op_types(model.graph))),
    }


def run(path, arrays):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    names = [output.name for output in session.get_outputs()]
    answers = {}
    for batch, values in arrays.items():
        if given.type == "tensor(uint8)":
            values = np.round(values * 255).astype(np.uint8)
        for name, answer in zip(names, session.run(names, {given.name: values})):
            answers[f"{name}_{batch}"] = answer
    return answers


folder = pathlib.Path(sys.argv[1])
arrays = {name: np.load(folder / f"{name}.npz") for name in ["images", "z"]}
report = {}
for path in sorted(folder.glob("*.onnx")):
    report[path.stem] = examine(path)
    (name,) = report[path.stem]["inputs"]
    np.savez(path.with_suffix(".answers.npz"), **run(path, arrays[name]))
json.dump(report, sys.stdout)

"""Quantizes exported files with onnxruntime's own tools and says how near the results come.

Arguments: MODEL.onnx FOLDER. Prints JSON: the relative difference of the first output, and the bytes.
"""

import json
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

path, folder = sys.argv[1:]
session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
(given,) = session.get_inputs()
random = np.random.default_rng(0)
images = [random.uniform(-1, 1, [4] + given.shape[1:]).astype(np.float32) for _ in range(8)]


class Reader(CalibrationDataReader):
    def __init__(self):
        self.rest = iter(images)

    def get_next(self):
        image = next(self.rest, None)
        return None if image is None else {given.name: image}


def examine(name):
    out = os.path.join(folder, name)
    quantized = onnxruntime.InferenceSession(out, providers=["CPUExecutionProvider"])
    expected = np.concatenate([session.run(None, {given.name: image})[0] for image in images])
    actual = np.concatenate([quantized.run(None, {given.name: image})[0] for image in images])
    nodes = [node.op_type for node in onnx.load(out).graph.node]
    return {
        "difference": float(np.abs(actual - expected).max() / np.abs(expected).max()),
        "bytes": os.path.getsize(out),
        "integer": sum(op in ("ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul", "QGemm") for op in nodes),
    }


quantize_dynamic(path, os.path.join(folder, "dynamic.onnx"), weight_type=QuantType.QUInt8)
quantize_static(
    path, os.path.join(folder, "static.onnx"), Reader(), quant_format=QuantFormat.QOperator, per_channel=True,
)
print(json.dumps({
    "bytes": os.path.getsize(path),
    "dynamic": examine("dynamic.onnx"),
    "static": examine("static.onnx"),
}))

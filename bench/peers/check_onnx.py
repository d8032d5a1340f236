"""Checks ONNX files with onnx.checker and runs them on onnxruntime, a line of JSON each.

Takes {"model": path, "arrays": path of an .npz with inputs in/NAME and results out/NAME}; answers
with the greatest difference of a result, as a part of its greatest value, or of 1e-3 below that.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime

print(json.dumps({"version": f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}"}), flush=True)
for line in sys.stdin:
    try:
        task = json.loads(line)
        onnx.checker.check_model(task["model"], full_check=True)
        arrays = np.load(task["arrays"])
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(task["model"], options, providers=["CPUExecutionProvider"])
        results = session.run(None, {i.name: arrays["in/" + i.name] for i in session.get_inputs()})
        difference = 0.0
        for output, result in zip(session.get_outputs(), results):
            expected = arrays["out/" + output.name].astype(np.float64)
            scale = max(1e-3, np.abs(expected).max(initial=0))
            difference = max(difference, np.abs(result - expected).max(initial=0) / scale)
        print(json.dumps({"difference": float(difference)}), flush=True)
    except Exception as error:  # noqa: BLE001
        print(json.dumps({"error": f"{type(error).__name__}: {error}"[:300]}), flush=True)

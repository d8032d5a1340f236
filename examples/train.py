"""Trains a model from a training that Glimpse exported, with ONNX Runtime alone.

    deno task train --export-training exported --epochs 1
    python examples/train.py exported/elbo.onnx exported/elbo.npz
"""

import json
import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
inputs = dict(np.load(sys.argv[2]))  # rows of images, and the indices, noise and scalars of 50 steps
per_step = [i.name for i in session.get_inputs() if i.shape[:1] == ["steps"]]
names = [output.name for output in session.get_outputs()]

state = np.zeros(0, np.float32)  # an empty state is the initial one
for start in range(0, len(inputs["indices"]), 10):
    now = {name: value[start:start + 10] if name in per_step else value for name, value in inputs.items()}
    results = dict(zip(names, session.run(None, {**now, "state": state})))
    state = results.pop("new_state")
    print(json.dumps({name: values.tolist() for name, values in results.items()}))

# The trained weights, by the names that they have in TensorFlow.js.
for entry in json.loads(session.get_modelmeta().custom_metadata_map["state"]):
    size = int(np.prod(entry["shape"]))
    weight = state[entry["offset"]:entry["offset"] + size].reshape(entry["shape"])
    print(f"{entry['name']} {weight.shape} {np.abs(weight).mean():.4f}", file=sys.stderr)

"""Trains the network of bench/classifier.ts in PyTorch: a line of JSON asks for one, whose predictions of the
test images and seconds an epoch are answered. Weights, order and dropout are PyTorch's own, by the seed."""

import json
import math
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy


def normalized(layer, width, norm):
    # TensorFlow.js adds 1e-3 to the variance.
    return [layer, norm(width, eps=1e-3), nn.ReLU()]


def build(asked, shape, classes):
    height, width, channels = shape
    layers = []
    for filters in asked["filters"]:
        layers += normalized(
            nn.Conv2d(channels, filters, 4, stride=2, padding=1, bias=False), filters, nn.BatchNorm2d
        )
        height, width, channels = math.ceil(height / 2), math.ceil(width / 2), filters
    layers.append(nn.Flatten())
    size = height * width * channels
    for units in asked["hidden"]:
        layers.append(nn.Dropout(asked["dropout"]))
        layers += normalized(nn.Linear(size, units, bias=False), units, nn.BatchNorm1d)
        size = units
    return nn.Sequential(*layers, nn.Dropout(asked["dropout"]), nn.Linear(size, classes))


def images(array):
    return torch.tensor(array).permute(0, 3, 1, 2).contiguous()


def run(asked):
    data = np.load(asked["path"])
    x, y, test = images(data["train"]), torch.tensor(data["labels"]).long(), images(data["test"])
    classes = int(y.max()) + 1
    net = build(asked, data["train"].shape[1:], classes)
    # Both initialize uniformly within 1 / sqrt(inputs): PyTorch's default for both kinds of layers.
    kernels = [p for p in net.parameters() if p.dim() > 1]
    optimizer = torch.optim.Adam(net.parameters(), lr=asked["learningRate"])
    batch, epochs = asked["batchSize"], asked["epochs"]
    steps, at, seconds = epochs * (len(x) // batch), 0, []
    for _ in range(epochs):
        started = time.perf_counter()
        net.train()
        order = torch.randperm(len(x))
        for i in range(len(x) // batch):
            height = (1 + math.cos(math.pi * at / steps)) / 2
            optimizer.param_groups[0]["lr"] = asked["learningRate"] * (0.02 + 0.98 * height)
            rows = order[i * batch:(i + 1) * batch]
            loss = cross_entropy(net(x[rows].float() / 255), y[rows])
            loss = loss + asked["l2"] * sum(kernel.square().sum() for kernel in kernels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            at += 1
        seconds.append(time.perf_counter() - started)
    net.eval()
    with torch.no_grad():
        predicted = [net(part.float() / 255).argmax(1) for part in test.split(1000)]
    parameters = sum(p.numel() for p in net.parameters())
    return {"predicted": torch.cat(predicted).tolist(), "seconds": seconds, "parameters": parameters}


torch.set_num_threads(2)
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    torch.manual_seed(asked["seed"])
    print(json.dumps(run(asked)), flush=True)

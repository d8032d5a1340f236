"""Images and the loop of the scripts that train the systems of bench/systems.ts."""

import math

import numpy as np
import torch


def images(path, role):
    array = torch.tensor(np.load(path)[role])
    array = array.float() / 255 if array.dtype == torch.uint8 else array
    return array.permute(0, 3, 1, 2).contiguous()


def one_cycle(step, steps, rate):
    rise = steps / 4
    if step < rise:
        return rate * (step + 1) / (rise + 1)
    return rate * (0.002 + 0.998 * (1 + math.cos(math.pi * (step - rise) / (steps - rise))) / 2)


def cosine(step, steps, rate):
    return rate * (0.02 + 0.98 * (1 + math.cos(math.pi * step / steps)) / 2)


def constant(step, steps, rate):
    return rate


def batches(train, epochs, batch):
    for _ in range(epochs):
        order = torch.randperm(len(train))
        for i in range(len(train) // batch):
            yield train[order[i * batch : (i + 1) * batch]]


def fit(parameters, train, loss_of, schedule, asked):
    optimizer = torch.optim.Adam(parameters, lr=asked["learningRate"])
    epochs, batch = asked["epochs"], asked["batchSize"]
    steps = epochs * (len(train) // batch)
    for step, images in enumerate(batches(train, epochs, batch)):
        optimizer.param_groups[0]["lr"] = schedule(step, steps, asked["learningRate"])
        optimizer.zero_grad()
        loss_of(images).backward()
        optimizer.step()

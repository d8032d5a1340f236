"""Times training steps of a classifier of bench/cnn_step.ts in PyTorch, `plain` or `separable`, as its
argument says: see training.py."""

import sys

import torch
from torch import nn

from training import Trainer, answer_questions

BATCH = 128


def separable(channels, filters):
    return [
        nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
        nn.Conv2d(channels, filters, 1),
        nn.ReLU(),
    ]


def head(units):
    return [nn.Flatten(), nn.Linear(units, 64), nn.ReLU(), nn.Linear(64, 10)]


def plain_net():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        *head(32 * 5 * 5),
    )


def separable_net():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(),
        *separable(16, 32), nn.AvgPool2d(2),
        *separable(32, 64), nn.AvgPool2d(2),
        *head(64 * 3 * 3),
    )


NETS = {"plain": plain_net, "separable": separable_net}


def trainer(kind):
    model = NETS[sys.argv[1]]()
    images = torch.rand(512, 1, 28, 28)
    labels = torch.randint(0, 10, (512,))

    def batch():
        rows = torch.randint(0, 512, (BATCH,))
        return images[rows], labels[rows]

    loss = lambda x, y: nn.functional.cross_entropy(model(x), y)
    return Trainer(model.parameters(), batch, loss, kind)


answer_questions(trainer)

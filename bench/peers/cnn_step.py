"""Times training steps of a classifier, `plain` or `separable`, as its argument says: a line
`threads fused steps` asks for one."""

import sys

import torch
from torch import nn

from training import answer_questions

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


class Trainer:
    """The model that bench/cnn_step.ts trains: eager, Adam, cross-entropy."""

    def __init__(self, net, fused):
        torch.manual_seed(0)
        self.model = NETS[net]()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=fused or None)
        self.images = torch.rand(512, 1, 28, 28)
        self.labels = torch.randint(0, 10, (512,))

    def step(self):
        rows = torch.randint(0, 512, (BATCH,))
        loss = nn.functional.cross_entropy(self.model(self.images[rows]), self.labels[rows])
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


answer_questions(lambda fused: Trainer(sys.argv[1], fused))

"""Times training steps of a classifier, `plain` or `separable`, as its argument says: a line
`threads fused steps` asks for one."""

import json
import sys
import time

import torch
from torch import nn

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


print(json.dumps({"version": torch.__version__}), flush=True)
trainers = {fused: Trainer(sys.argv[1], fused) for fused in (False, True)}
for line in sys.stdin:
    threads, fused, steps = map(int, line.split())
    torch.set_num_threads(threads)
    start = time.perf_counter()
    for _ in range(steps):
        trainers[bool(fused)].step()
    print(json.dumps((time.perf_counter() - start) / steps), flush=True)

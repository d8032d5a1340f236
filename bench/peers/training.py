"""What the scripts that time training steps have in common."""

import json
import sys
import time

import torch

SIDE = 1024


def optimizer(parameters, kind, lr=1e-3, **options):
    """Adam as PyTorch takes it by default, or fused."""
    return torch.optim.Adam(parameters, lr=lr, fused=kind != "plain" or None, **options)


def compiled(function, kind):
    return torch.compile(function) if kind == "compiled" else function


class Trainer:
    """Takes steps of Adam: loss(*batch()) is minimized."""

    def __init__(self, parameters, batch, loss, kind, lr=1e-3):
        self.optimizer = optimizer(parameters, kind, lr)
        self.batch, self.loss = batch, compiled(loss, kind)

    def step(self):
        loss = self.loss(*self.batch())
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


def product_seconds():
    """The least time of a product of two matrices: what the processor can do."""
    a, b = torch.rand(SIDE, SIDE), torch.rand(SIDE, SIDE)
    out = torch.empty(SIDE, SIDE)
    seconds = []
    for _ in range(20):
        start = time.perf_counter()
        torch.mm(a, b, out=out)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def answer_questions(trainer):
    """Answers lines `threads kind steps` with the seconds of a step, and `threads product 1`.

    `trainer(kind)` has `step()`; the kinds are plain, fused and compiled.
    """
    print(json.dumps({"version": torch.__version__}), flush=True)
    trainers = {}
    for line in sys.stdin:
        threads, kind, steps = line.split()
        torch.set_num_threads(int(threads))
        if kind == "product":
            print(json.dumps(product_seconds()), flush=True)
            continue
        try:
            if kind not in trainers:
                torch.manual_seed(0)
                trainers[kind] = trainer(kind)
            start = time.perf_counter()
            for _ in range(int(steps)):
                trainers[kind].step()
            print(json.dumps((time.perf_counter() - start) / int(steps)), flush=True)
        except Exception as error:
            print(json.dumps({"error": f"{type(error).__name__}: {str(error)[:200]}"}), flush=True)

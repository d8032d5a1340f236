"""What the scripts that time training steps have in common."""

import json
import sys
import time

import torch


def answer_questions(trainer):
    """Answers lines `threads fused steps` with the seconds of a step; trainer(fused) has `step()`."""
    print(json.dumps({"version": torch.__version__}), flush=True)
    trainers = {fused: trainer(fused) for fused in (False, True)}
    for line in sys.stdin:
        threads, fused, steps = map(int, line.split())
        torch.set_num_threads(threads)
        start = time.perf_counter()
        for _ in range(steps):
            trainers[bool(fused)].step()
        print(json.dumps((time.perf_counter() - start) / steps), flush=True)

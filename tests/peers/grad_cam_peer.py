"""Grad-CAM (Selvaraju et al., 2017, equations 1 and 2) of a network in PyTorch; see grad_cam_test.ts."""

import sys

import numpy as np
import torch
from torch.nn.functional import batch_norm, conv2d, interpolate, linear, relu


def main():
    given = np.load(sys.argv[1])
    w = {name: torch.tensor(given[name]) for name in given}

    def normalized(x, name):
        stats = [w[f"{name}/{part}"] for part in ("moving_mean", "moving_variance", "gamma", "beta")]
        return batch_norm(x, *stats[:2], *stats[2:], eps=1e-3)

    x = w["images"].permute(0, 3, 1, 2)
    for i in (1, 2):
        x = conv2d(x, w[f"features_conv_{i}/kernel"], stride=2, padding=1)
        x = relu(normalized(x, f"features_normalization_{i}"))
    maps = x.detach().requires_grad_()
    hidden = linear(maps.permute(0, 2, 3, 1).flatten(1), w["head_dense_1/kernel"].T)
    hidden = relu(normalized(hidden, "head_normalization_1"))
    logits = linear(hidden, w["head_logits/kernel"].T, w["head_logits/bias"])
    score = logits.gather(1, logits.argmax(1, keepdim=True))
    (gradient,) = torch.autograd.grad(score.sum(), maps)
    alpha = gradient.mean(dim=(2, 3), keepdim=True)  # equation 1
    heat = relu((alpha * maps).sum(1, keepdim=True))  # equation 2
    heat = interpolate(heat, size=tuple(w["images"].shape[1:3]), mode="bilinear")
    heat = heat / (heat.amax(dim=(1, 2, 3), keepdim=True) + 1e-6)
    np.savez(sys.argv[2], heat=heat.permute(0, 2, 3, 1).detach().numpy(), predicted=logits.argmax(1).int().numpy())


main()

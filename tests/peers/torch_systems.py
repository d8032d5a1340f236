"""Takes the steps of a system in PyTorch, given weights, batches and noise; see torch_systems_test.ts."""

import sys

import numpy as np
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn.functional import (
    batch_norm, binary_cross_entropy_with_logits, conv2d, conv_transpose2d, leaky_relu, linear, relu,
)


def normalized(x, gamma, beta):
    # TensorFlow.js adds 1e-3 to the variance.
    return leaky_relu(batch_norm(x, None, None, gamma, beta, training=True, eps=1e-3), 0.01)


def autoencoder_mlp(w, batch):
    w = iter(w)
    x = h = batch["images"].flatten(1)
    for _ in range(2):
        h = normalized(h @ next(w), next(w), next(w))
    h = h @ next(w)
    for _ in range(2):
        h = normalized(h @ next(w), next(w), next(w))
    return {"loss": (torch.sigmoid(h @ next(w) + next(w)) - x).square().mean()}


def autoencoder_conv(w, batch):
    w = iter(w)
    kernel = lambda: next(w).permute(3, 2, 0, 1)
    x = batch["images"][:, None]
    h = (x + 0.5 * batch["noise"].permute(0, 3, 1, 2)).clamp(0, 1)
    for _ in range(2):
        h = normalized(conv2d(h, kernel(), stride=2, padding=1), next(w), next(w))
    h = normalized(conv_transpose2d(h, kernel(), stride=2, padding=1), next(w), next(w))
    h = conv_transpose2d(h, kernel(), next(w), stride=2, padding=1)
    return {"loss": (torch.sigmoid(h) - x).square().mean()}


def dense(w, x, outputs=1):
    for i in range(2):
        x = relu(linear(x, w[2 * i].T, w[2 * i + 1]))
    found = [linear(x, w[4 + 2 * i].T, w[5 + 2 * i]) for i in range(outputs)]
    return found[0] if outputs == 1 else found


def cvae(w, batch):
    x = batch["images"].flatten(1)
    mask = torch.zeros(8, 8)
    mask[4:, :4] = 1
    mask = mask.flatten()
    encoder, prior, decoder, baseline = w[:8], w[8:16], w[16:22], w[22:]
    normal = lambda mean, log_var: Normal(mean, torch.exp(log_var.clamp(-10, 10) / 2))
    q, p = normal(*dense(encoder, x, 2)), normal(*dense(prior, x * mask, 2))
    z = q.mean + q.stddev * batch["epsilon"]
    loss_of = lambda logits: (
        binary_cross_entropy_with_logits(logits, x, reduction="none") * (1 - mask)
    ).sum(1).mean()
    reconstruction = loss_of(dense(decoder, torch.cat([z, x * mask], 1)))
    kl = kl_divergence(q, p).sum(1).mean()
    return {
        "loss": reconstruction + kl,
        "reconstructionLoss": reconstruction,
        "klLoss": kl,
        "baselineLoss": loss_of(dense(baseline, x * mask)),
    }


SYSTEMS = {"autoencoder-mlp": autoencoder_mlp, "autoencoder-conv": autoencoder_conv, "cvae": cvae}


def main():
    torch.set_num_threads(1)
    given = np.load(sys.argv[1])
    count = sum(name.startswith("weight_") for name in given)
    weights = [torch.tensor(given[f"weight_{i}"], requires_grad=True) for i in range(count)]
    optimizer = torch.optim.Adam(weights, lr=float(given["learningRate"][0]))
    curves = {}
    for step in range(len(given["images"])):
        batch = {name: torch.tensor(given[name][step]) for name in given if not name.startswith("weight_")}
        optimizer.zero_grad()
        losses = SYSTEMS[sys.argv[3]](weights, batch)
        # The baseline shares no weight with the rest.
        (losses["loss"] + losses.get("baselineLoss", 0)).backward()
        optimizer.step()
        for name, loss in losses.items():
            curves.setdefault(name, []).append(loss.item())
    np.savez(sys.argv[2], **{name: np.array(curve, np.float32) for name, curve in curves.items()})


main()

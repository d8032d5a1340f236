"""Takes the steps of a VAE in PyTorch, given weights, batches and noise; see torch_step_test.ts."""

import sys

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, linear, relu


def losses(weights, x, epsilon, beta, reconstruction, standard_deviation):
    """The loss of one batch: summed over pixels, averaged over images."""
    layers = list(zip(weights[0::2], weights[1::2]))
    encoder, decoder = layers[: len(layers) // 2 + 1], layers[len(layers) // 2 + 1 :]
    h = x
    for kernel, bias in encoder[:-2]:
        h = relu(linear(h, kernel.T, bias))
    z_mean = linear(h, encoder[-2][0].T, encoder[-2][1])
    z_log_var = linear(h, encoder[-1][0].T, encoder[-1][1]).clamp(-10, 10)
    h = z_mean + torch.exp(0.5 * z_log_var) * epsilon
    for kernel, bias in decoder[:-1]:
        h = relu(linear(h, kernel.T, bias))
    logits = linear(h, decoder[-1][0].T, decoder[-1][1])
    if reconstruction == "bernoulli":
        per_pixel = binary_cross_entropy_with_logits(logits, x, reduction="none")
    else:
        normal = torch.distributions.Normal(torch.sigmoid(logits), standard_deviation)
        per_pixel = -normal.log_prob(x)
    posterior = torch.distributions.Normal(z_mean, torch.exp(0.5 * z_log_var))
    prior = torch.distributions.Normal(0.0, 1.0)
    kl = torch.distributions.kl_divergence(posterior, prior).sum(1).mean()
    return per_pixel.sum(1).mean() + beta * kl


def main():
    torch.set_num_threads(1)
    given = np.load(sys.argv[1])
    reconstruction = sys.argv[3]
    count = sum(name.startswith("weight_") for name in given)
    weights = [torch.tensor(given[f"weight_{i}"], requires_grad=True) for i in range(count)]
    optimizer = torch.optim.Adam(weights, lr=float(given["learning_rate"]))
    curve, gradients = [], None
    for x, epsilon, beta in zip(given["images"], given["epsilon"], given["beta"]):
        optimizer.zero_grad()
        loss = losses(
            weights,
            torch.tensor(x),
            torch.tensor(epsilon),
            float(beta),
            reconstruction,
            float(given["standard_deviation"]),
        )
        loss.backward()
        if gradients is None:
            gradients = {f"gradient_{i}": w.grad.numpy().copy() for i, w in enumerate(weights)}
        optimizer.step()
        curve.append(loss.item())
    final = {f"final_{i}": w.detach().numpy() for i, w in enumerate(weights)}
    np.savez(sys.argv[2], loss=np.array(curve, np.float32), **gradients, **final)


main()

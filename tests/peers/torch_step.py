"""Takes the steps of a VAE in PyTorch, given weights, batches and noise; see torch_step_test.ts."""

import sys

import numpy as np
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn.functional import binary_cross_entropy_with_logits, linear, relu


def encode(encoder, x):
    h = x
    for kernel, bias in encoder[:-2]:
        h = relu(linear(h, kernel.T, bias))
    z_mean = linear(h, encoder[-2][0].T, encoder[-2][1])
    return z_mean, linear(h, encoder[-1][0].T, encoder[-1][1]).clamp(-10, 10)


def reconstruction_loss(decoder, z, x, setting):
    """Summed over pixels, averaged over images."""
    h = z
    for kernel, bias in decoder[:-1]:
        h = relu(linear(h, kernel.T, bias))
    logits = linear(h, decoder[-1][0].T, decoder[-1][1])
    if setting["reconstruction"] == "bernoulli":
        per_pixel = binary_cross_entropy_with_logits(logits, x, reduction="none")
    else:
        normal = Normal(torch.sigmoid(logits), setting["standard_deviation"])
        per_pixel = -normal.log_prob(x)
    return per_pixel.sum(1).mean()


def loss_of(weights, batch, setting):
    """The loss of one batch, by the distributions' own formulas where PyTorch has them."""
    layers = list(zip(weights[0::2], weights[1::2]))
    encoder, decoder = layers[: len(layers) // 2 + 1], layers[len(layers) // 2 + 1 :]
    z_mean, z_log_var = encode(encoder, batch["images"])
    posterior = Normal(z_mean, torch.exp(0.5 * z_log_var))
    z = z_mean + torch.exp(0.5 * z_log_var) * batch["epsilon"]
    reconstruction = reconstruction_loss(decoder, z, batch["images"], setting)
    if setting["objective"] != "clusters":
        kl = kl_divergence(posterior, Normal(0.0, 1.0)).sum(1).mean()
        loss = reconstruction + batch["beta"] * kl
        if setting["objective"] == "consistency":
            augmented, _ = encode(encoder, batch["augmented"])
            loss = loss + 4 * 0.5 * (augmented - z_mean.detach()).square().sum(1).mean()
        return loss

    centers, assigned = setting["centers"], batch["assigned"]
    clusters = Normal(centers, 1.0)
    log_joint = clusters.log_prob(z[:, None]).sum(2) - np.log(len(centers))
    log_prior = assigned * (batch["cluster"] * log_joint).sum(1)
    log_prior = log_prior + (1 - assigned) * log_joint.logsumexp(1)
    kl = (-posterior.entropy().sum(1) - log_prior).mean()
    shares = clusters.log_prob(z_mean.detach()[:, None]).sum(2).softmax(1)
    shares = assigned * batch["cluster"] + (1 - assigned) * shares
    augmented, _ = encode(encoder, batch["augmented"])
    pull = (shares * (augmented[:, None] - centers).square().sum(2)).sum(1).mean()
    return reconstruction + batch["beta"] * kl + 1.5 * 0.5 * pull


def main():
    torch.set_num_threads(1)
    given = np.load(sys.argv[1])
    setting = {
        "reconstruction": sys.argv[3],
        "objective": sys.argv[4],
        "standard_deviation": float(given["standard_deviation"]),
        "centers": torch.tensor(given["centers"]),
    }
    count = sum(name.startswith("weight_") for name in given)
    weights = [torch.tensor(given[f"weight_{i}"], requires_grad=True) for i in range(count)]
    optimizer = torch.optim.Adam(weights, lr=float(given["learningRate"][0]))
    names = [n for n in ("images", "augmented", "cluster", "epsilon", "beta", "assigned") if n in given]
    curve, gradients = [], None
    for step in range(len(given["beta"])):
        batch = {name: torch.tensor(given[name][step]) for name in names}
        optimizer.zero_grad()
        loss = loss_of(weights, batch, setting)
        loss.backward()
        if gradients is None:
            gradients = {f"gradient_{i}": w.grad.numpy().copy() for i, w in enumerate(weights)}
        optimizer.step()
        curve.append(loss.item())
    final = {f"final_{i}": w.detach().numpy() for i, w in enumerate(weights)}
    np.savez(sys.argv[2], loss=np.array(curve, np.float32), **gradients, **final)


main()

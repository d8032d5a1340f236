"""Sonnet's VQ-VAE and a DCGAN for systems.py."""

import numpy as np
import torch
from images_training import batches, constant, fit, images
from torch import nn


class Residual(nn.Module):
    def __init__(self, filters):
        super().__init__()
        narrow = filters // 4
        self.body = nn.Sequential(nn.ReLU(), nn.Conv2d(filters, narrow, 3, 1, 1), nn.ReLU(),
                                  nn.Conv2d(narrow, filters, 1))

    def forward(self, x):
        return x + self.body(x)


def vq_vae(asked):
    """Sonnet's example: its network, its loss and its moving averages; unused codes stay as they are."""
    train, test = images(asked["path"], "train"), images(asked["path"], "test")
    codes, size, (narrow, filters) = asked["codes"], asked["codeDim"], asked["filters"]
    stack = lambda: [*[Residual(filters) for _ in range(asked["residualBlocks"])], nn.ReLU()]
    encoder = nn.Sequential(
        nn.Conv2d(3, narrow, 4, 2, 1), nn.ReLU(), nn.Conv2d(narrow, filters, 4, 2, 1), nn.ReLU(),
        nn.Conv2d(filters, filters, 3, 1, 1), *stack(), nn.Conv2d(filters, size, 1))
    decoder = nn.Sequential(
        nn.Conv2d(size, filters, 3, 1, 1), *stack(), nn.ConvTranspose2d(filters, narrow, 4, 2, 1), nn.ReLU(),
        nn.ConvTranspose2d(narrow, 3, 4, 2, 1))
    book = 0.1 * torch.randn(codes, size)
    sums, counts, decay = book.clone(), torch.ones(codes), asked["decay"]
    variance = train.var(correction=0)

    def quantize(x):
        vectors = encoder(x).permute(0, 2, 3, 1)
        flat = vectors.detach().reshape(-1, size)
        found = (book.square().sum(1) - 2 * flat @ book.T).argmin(1)
        return vectors, flat, found, book[found].reshape(vectors.shape)

    def loss_of(x):
        vectors, flat, found, z = quantize(x)
        straight = vectors + (z - vectors).detach()
        error = (decoder(straight.permute(0, 3, 1, 2)) - x).square().mean() / variance
        chosen = torch.nn.functional.one_hot(found, codes).float()
        counts.mul_(decay).add_(chosen.sum(0), alpha=1 - decay)
        sums.mul_(decay).add_(chosen.T @ flat, alpha=1 - decay)
        book.copy_(sums / counts.clamp(min=1e-5)[:, None])
        return error + asked["commitment"] * (vectors - z).square().mean()

    fit([*encoder.parameters(), *decoder.parameters()], train, loss_of, constant, asked)
    error, usage = 0.0, torch.zeros(codes)
    with torch.no_grad():
        for x in test.split(500):
            _, _, found, z = quantize(x)
            error += (decoder(z.permute(0, 3, 1, 2)).clamp(0, 1) - x).square().sum().item()
            usage += torch.bincount(found, minlength=codes)
    share = usage / usage.sum()
    entropy = -(share * (share + 1e-20).log()).sum()
    return [error / test.numel() / test.var(correction=0).item(), entropy.exp().item()]


def dcgan(asked):
    train, latent, filters = images(asked["path"], "train"), asked["latentDim"], asked["filters"]
    _, channels, height, _ = train.shape
    side = height // 2 ** len(filters)
    maps = 2 * filters[-2]
    layers = [nn.Linear(latent, maps * side * side, bias=False), nn.BatchNorm1d(maps * side * side), nn.ReLU(),
              nn.Unflatten(1, (maps, side, side))]
    before = maps
    for f in filters[-2::-1]:
        layers += [nn.ConvTranspose2d(before, f, 4, 2, 1, bias=False), nn.BatchNorm2d(f), nn.ReLU()]
        before = f
    generator = nn.Sequential(*layers, nn.ConvTranspose2d(before, channels, 4, 2, 1), nn.Sigmoid())
    layers, before = [], channels
    for f in filters:
        layers += [nn.Conv2d(before, f, 4, 2, 1), nn.LeakyReLU(0.2)]
        before = f
    discriminator = nn.Sequential(*layers, nn.Flatten(), nn.Linear(before * side * side, 1))
    adam = lambda net: torch.optim.Adam(net.parameters(), asked["learningRate"], (asked["beta1"], 0.999))
    optimizers = {net: adam(net) for net in (generator, discriminator)}
    softplus = nn.functional.softplus
    for x in batches(train, asked["epochs"], asked["batchSize"]):
        z = torch.randn(len(x), latent)
        for net in (discriminator, generator):
            optimizers[net].zero_grad()
            if net is discriminator:
                fake = discriminator(generator(z).detach())
                loss = softplus(-discriminator(x)).mean() + softplus(fake).mean()
            else:
                loss = softplus(-discriminator(generator(z))).mean()
            loss.backward()
            optimizers[net].step()
    generator.eval()
    with torch.no_grad():
        samples = generator(torch.randn(asked["samples"], latent))
    np.savez(asked["path"], samples=samples.permute(0, 2, 3, 1).contiguous().numpy())
    return []

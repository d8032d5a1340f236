"""Trains the systems of bench/systems.ts in PyTorch: each line of JSON asks for one, whose figures on the
test images are answered, or samples written. Weights, order and noise are PyTorch's own, by the seed."""

import json
import math
import sys

import torch
from images_training import cosine, fit, images, one_cycle
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from vq_vae_dcgan import dcgan, vq_vae


def dense(sizes, normalized):
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b, bias=not normalized)]
        layers += [nn.BatchNorm1d(b), nn.LeakyReLU(0.01)] if normalized else [nn.ReLU()]
    return layers


def autoencoder(asked):
    train, test = images(asked["path"], "train"), images(asked["path"], "test")
    _, channels, height, width = train.shape
    pixels = channels * height * width
    latent = asked.get("latentDim", 2)
    block = lambda conv, filters: [conv, nn.BatchNorm2d(filters), nn.LeakyReLU(0.01)]
    if asked["network"] == "mlp":
        sizes = [pixels, *asked["hidden"]]
        layers = [nn.Flatten(), *dense(sizes, True), nn.Linear(sizes[-1], latent, bias=False)]
        layers += [*dense([latent, *sizes[:0:-1]], True), nn.Linear(sizes[1], pixels)]
        layers += [nn.Unflatten(1, (channels, height, width))]
    else:
        filters = asked["filters"]
        layers, before = [], channels
        for f in filters:
            layers += block(nn.Conv2d(before, f, 4, 2, 1, bias=False), f)
            before = f
        side = height // 2 ** len(filters)
        if latent > 0:
            maps = 2 * filters[-2]
            layers += [nn.Flatten(), nn.Linear(before * side * side, latent, bias=False)]
            layers += dense([latent, maps * side * side], True)
            layers += [nn.Unflatten(1, (maps, side, side))]
            before = maps
        for f in filters[-2::-1]:
            layers += block(nn.ConvTranspose2d(before, f, 4, 2, 1, bias=False), f)
            before = f
        layers += [nn.ConvTranspose2d(before, channels, 4, 2, 1)]
    net = nn.Sequential(*layers, nn.Sigmoid())
    noisy = lambda x: (x + asked["corruption"] * torch.randn_like(x)).clamp(0, 1)
    fit(net.parameters(), train, lambda x: (net(noisy(x)) - x).square().mean(), one_cycle, asked)
    net.eval()
    with torch.no_grad():
        return [(net(noisy(test)) - test).square().mean().item()]


class Gaussian(nn.Module):
    """Dense layers to a mean and a log variance."""

    def __init__(self, inputs, hidden, latent):
        super().__init__()
        self.body = nn.Sequential(*dense([inputs, *hidden], False))
        self.mean, self.log_var = nn.Linear(hidden[-1], latent), nn.Linear(hidden[-1], latent)

    def forward(self, x):
        h = self.body(x)
        return self.mean(h), self.log_var(h).clamp(-10, 10)


def sample(mean, log_var):
    return mean + torch.exp(log_var / 2) * torch.randn_like(mean)


def vae(asked):
    train, held_out = (images(asked["path"], role).flatten(1) for role in ("train", "validation"))
    hidden, latent = asked["hidden"], asked["latentDim"]
    encoder = Gaussian(784, hidden, latent)
    decoder = nn.Sequential(*dense([latent, *hidden[::-1]], False), nn.Linear(hidden[0], 784))

    def loss_of(x):
        mean, log_var = encoder(x)
        logits = decoder(sample(mean, log_var))
        if asked["reconstruction"] == "bernoulli":
            reconstruction = cross_entropy(logits, x, reduction="none").sum(1)
        else:
            squares, sigma = (logits.sigmoid() - x).square().sum(1), asked["standardDeviation"]
            variance = squares.mean() / 784 if sigma == 0 else torch.tensor(sigma**2)
            reconstruction = squares / variance / 2 + 392 * (2 * math.pi * variance).log()
        kl = 0.5 * (log_var.exp() + mean.square() - 1 - log_var).sum(1)
        return (reconstruction + kl).mean()

    parameters = [*encoder.parameters(), *decoder.parameters()]
    fit(parameters, train, loss_of, cosine, asked)
    with torch.no_grad():
        return [torch.stack([loss_of(x) for x in held_out.split(asked["batchSize"])]).mean().item()]


def cvae(asked):
    train, test = images(asked["path"], "train"), images(asked["path"], "test")[:1000]
    mask = torch.zeros(28, 28)
    mask[14:, :14] = 1
    if asked["given"] >= 2:
        mask[:14, :14] = 1
    if asked["given"] == 3:
        mask[:14, 14:] = 1
    mask = mask.flatten()
    hidden, latent = asked["hidden"], asked["latentDim"]
    encoder, prior = Gaussian(784, hidden, latent), Gaussian(784, hidden, latent)
    decoder = nn.Sequential(*dense([latent + 784, *hidden], False), nn.Linear(hidden[-1], 784))

    def terms(x):
        q, p = encoder(x), prior(x * mask)
        z = sample(*q)
        logits = decoder(torch.cat([z, x * mask], 1))
        return q, p, z, (cross_entropy(logits, x, reduction="none") * (1 - mask)).sum(1)

    def loss_of(x):
        (mq, vq), (mp, vp), _, reconstruction = terms(x.flatten(1))
        kl = 0.5 * (vp - vq + ((vq.exp() + (mq - mp).square()) / vp.exp()) - 1).sum(1)
        return (reconstruction + kl).mean()

    parameters = [*encoder.parameters(), *prior.parameters(), *decoder.parameters()]
    fit(parameters, train, loss_of, cosine, asked)
    plain = nn.Sequential(*dense([784, *hidden], False), nn.Linear(hidden[-1], 784))

    def plain_loss(x):
        x = x.flatten(1)
        return (cross_entropy(plain(x * mask), x, reduction="none") * (1 - mask)).sum(1).mean()

    fit(plain.parameters(), train, plain_loss, cosine, asked)
    log_normal = lambda z, m, v: -0.5 * ((z - m).square() / v.exp() + v).sum(1)
    with torch.no_grad():
        weights = []
        for _ in range(100):
            q, p, z, reconstruction = terms(test.flatten(1))
            weights.append(log_normal(z, *p) - log_normal(z, *q) - reconstruction)
        likelihood = torch.logsumexp(torch.stack(weights), 0) - math.log(100)
        return [-likelihood.mean().item(), plain_loss(test).item()]


SYSTEMS = {"autoencoder": autoencoder, "vae": vae, "cvae": cvae, "vq-vae": vq_vae, "dcgan": dcgan}

torch.set_num_threads(2)
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    torch.manual_seed(asked["seed"])
    print(json.dumps({"figures": SYSTEMS[asked["system"]](asked)}), flush=True)

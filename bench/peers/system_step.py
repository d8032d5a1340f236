"""Times training steps of a system of bench/system_step.ts in PyTorch, `vq-vae` or `dcgan`, as its
argument says: see training.py."""

import sys

import torch
from torch import nn
from torch.nn.functional import mse_loss, one_hot, softplus

from training import answer_questions, compiled, optimizer

BATCH, LATENT = 128, 32
CODES, CODE_DIM, DECAY, COMMITMENT, UNUSED = 64, 8, 0.99, 0.25, 0.03


def images():
    return torch.randint(0, 256, (2048, 1, 28, 28), dtype=torch.uint8)


def batch_of(images):
    return images[torch.randint(0, len(images), (BATCH,))].float() / 255


class VqVae:
    def __init__(self, kind):
        self.images = images()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, 16, 4, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 4, 2, 1), nn.ReLU(),
            nn.Conv2d(32, CODE_DIM, 1),
        )
        self.decoder = nn.Sequential(
            nn.ConvTranspose2d(CODE_DIM, 16, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 1, 4, 2, 1),
        )
        self.optimizer = optimizer(
            [*self.encoder.parameters(), *self.decoder.parameters()], kind, lr=2e-3
        )
        self.codebook = 0.1 * torch.randn(CODES, CODE_DIM)
        self.sums, self.counts = self.codebook.clone(), torch.ones(CODES)
        self.losses, self.average = compiled(self.losses, kind), compiled(self.average, kind)

    def losses(self, x, codebook):
        vectors = self.encoder(x).permute(0, 2, 3, 1)
        flat = vectors.detach().reshape(-1, CODE_DIM)
        found = (codebook.square().sum(1) - 2 * flat @ codebook.T).argmin(1)
        z = codebook[found].view(vectors.shape)
        straight = vectors + (z - vectors).detach()
        y = self.decoder(straight.permute(0, 3, 1, 2))
        return mse_loss(y, x) + COMMITMENT * mse_loss(vectors, z), flat, found

    def average(self, flat, found, sums, counts):
        chosen = one_hot(found, CODES).float()
        counts = DECAY * counts + (1 - DECAY) * chosen.sum(0)
        sums = DECAY * sums + (1 - DECAY) * chosen.T @ flat
        unused = counts < UNUSED * counts.mean()
        counts = torch.where(unused, 1.0, counts)
        stride = len(flat) // CODES
        sums = torch.where(unused[:, None], flat[: CODES * stride : stride], sums)
        return sums, counts, sums / counts.clamp(min=1e-5)[:, None]

    def step(self):
        loss, flat, found = self.losses(batch_of(self.images), self.codebook)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        with torch.no_grad():
            self.sums, self.counts, self.codebook = self.average(flat, found, self.sums, self.counts)


class Dcgan:
    def __init__(self, kind):
        self.images = images()
        generator = nn.Sequential(
            nn.Linear(LATENT, 7 * 7 * 32, bias=False), nn.BatchNorm1d(7 * 7 * 32), nn.ReLU(),
            nn.Unflatten(1, (32, 7, 7)),
            nn.ConvTranspose2d(32, 16, 4, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
            nn.ConvTranspose2d(16, 1, 4, 2, 1), nn.Sigmoid(),
        )
        discriminator = nn.Sequential(
            nn.Conv2d(1, 16, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(16, 32, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Flatten(), nn.Linear(32 * 7 * 7, 1),
        )
        self.generating = optimizer(generator.parameters(), kind, betas=(0.5, 0.999))
        self.discriminating = optimizer(discriminator.parameters(), kind, betas=(0.5, 0.999))
        self.generator, self.discriminator = compiled(generator, kind), compiled(discriminator, kind)

    def step(self):
        x = batch_of(self.images)
        generated = self.generator(torch.randn(BATCH, LATENT))
        self.discriminating.zero_grad()
        loss = softplus(-self.discriminator(x)).mean()
        (loss + softplus(self.discriminator(generated.detach())).mean()).backward()
        self.discriminating.step()
        self.generating.zero_grad()
        softplus(-self.discriminator(generated)).mean().backward()
        self.generating.step()


answer_questions({"vq-vae": VqVae, "dcgan": Dcgan}[sys.argv[1]])

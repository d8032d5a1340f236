"""Times training steps of the VAE of bench/step.ts in PyTorch: see training.py."""

import torch
from torch import nn

from training import Trainer, answer_questions

BATCH, PIXELS, LATENT = 128, 784, 2


def trainer(kind):
    encoder = nn.Sequential(
        nn.Linear(PIXELS, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 2 * LATENT)
    )
    decoder = nn.Sequential(
        nn.Linear(LATENT, 256), nn.ReLU(), nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, PIXELS)
    )
    images = torch.randint(0, 256, (2000, PIXELS), dtype=torch.uint8)

    def batch():
        x = images[torch.randint(0, 2000, (BATCH,))].float() / 255
        return x, torch.randn(BATCH, LATENT)

    def loss(x, noise):
        z_mean, z_log_var = encoder(x).chunk(2, 1)
        z = z_mean + torch.exp(0.5 * z_log_var) * noise
        loss = nn.functional.binary_cross_entropy_with_logits(decoder(z), x, reduction="sum")
        return (loss - 0.5 * (1 + z_log_var - z_mean**2 - z_log_var.exp()).sum()) / BATCH

    return Trainer([*encoder.parameters(), *decoder.parameters()], batch, loss, kind)


answer_questions(trainer)

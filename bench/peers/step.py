"""Times training steps of a VAE in PyTorch: a line `threads fused steps` asks for a measurement."""

import torch
from torch import nn

from training import answer_questions

BATCH, PIXELS, LATENT = 128, 784, 2


class Trainer:
    """The model that bench/step.ts trains: eager, Adam, binary cross-entropy."""

    def __init__(self, fused):
        torch.manual_seed(0)
        self.encoder = nn.Sequential(
            nn.Linear(PIXELS, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 2 * LATENT)
        )
        self.decoder = nn.Sequential(
            nn.Linear(LATENT, 256), nn.ReLU(), nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, PIXELS)
        )
        parameters = [*self.encoder.parameters(), *self.decoder.parameters()]
        self.optimizer = torch.optim.Adam(parameters, lr=1e-3, fused=fused or None)
        self.images = torch.randint(0, 256, (2000, PIXELS), dtype=torch.uint8)

    def step(self):
        x = self.images[torch.randint(0, 2000, (BATCH,))].float() / 255
        z_mean, z_log_var = self.encoder(x).chunk(2, 1)
        z = z_mean + torch.exp(0.5 * z_log_var) * torch.randn_like(z_mean)
        loss = nn.functional.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        loss = loss - 0.5 * (1 + z_log_var - z_mean**2 - z_log_var.exp()).sum()
        self.optimizer.zero_grad()
        (loss / BATCH).backward()
        self.optimizer.step()


answer_questions(Trainer)

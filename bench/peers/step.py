"""Times training steps of a VAE in PyTorch: a line `threads fused steps` asks for a measurement."""

import json
import sys
import time

import torch
from torch import nn

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


print(json.dumps({"version": torch.__version__}), flush=True)
trainers = {fused: Trainer(fused) for fused in (False, True)}
for line in sys.stdin:
    threads, fused, steps = map(int, line.split())
    torch.set_num_threads(threads)
    start = time.perf_counter()
    for _ in range(steps):
        trainers[bool(fused)].step()
    print(json.dumps((time.perf_counter() - start) / steps), flush=True)

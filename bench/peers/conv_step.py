"""Times training steps of a convolutional autoencoder: a line `threads fused steps` asks for one."""

import torch
from torch import nn

from training import answer_questions

BATCH = 128


def block(layer, channels):
    return [layer, nn.BatchNorm2d(channels), nn.ReLU()]


class Trainer:
    """The model that bench/conv_step.ts trains: eager, Adam, binary cross-entropy."""

    def __init__(self, fused):
        torch.manual_seed(0)
        down = dict(kernel_size=3, stride=2, bias=False)
        up = dict(kernel_size=3, stride=2, bias=False)
        self.model = nn.Sequential(
            *block(nn.Conv2d(1, 16, padding=1, **down), 16),
            *block(nn.Conv2d(16, 32, padding=1, **down), 32),
            *block(nn.Conv2d(32, 64, **down), 64),
            *block(nn.ConvTranspose2d(64, 32, **up), 32),
            *block(nn.ConvTranspose2d(32, 16, padding=1, output_padding=1, **up), 16),
            nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1),
        )
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=fused or None)
        self.images = torch.rand(512, 1, 28, 28)

    def step(self):
        x = self.images[torch.randint(0, 512, (BATCH,))]
        loss = nn.functional.binary_cross_entropy_with_logits(self.model(x), x)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


answer_questions(Trainer)

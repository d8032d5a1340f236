"""Times training steps of the autoencoder of bench/conv_step.ts in PyTorch: see training.py."""

import torch
from torch import nn

from training import Trainer, answer_questions

BATCH = 128


def block(layer, channels):
    return [layer, nn.BatchNorm2d(channels), nn.ReLU()]


def trainer(kind):
    options = dict(kernel_size=3, stride=2, bias=False)
    model = nn.Sequential(
        *block(nn.Conv2d(1, 16, padding=1, **options), 16),
        *block(nn.Conv2d(16, 32, padding=1, **options), 32),
        *block(nn.Conv2d(32, 64, **options), 64),
        *block(nn.ConvTranspose2d(64, 32, **options), 32),
        *block(nn.ConvTranspose2d(32, 16, padding=1, output_padding=1, **options), 16),
        nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1),
    )
    images = torch.rand(512, 1, 28, 28)
    batch = lambda: (images[torch.randint(0, 512, (BATCH,))],)
    loss = lambda x: nn.functional.binary_cross_entropy_with_logits(model(x), x)
    return Trainer(model.parameters(), batch, loss, kind)


answer_questions(trainer)

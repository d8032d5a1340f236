"""Times training steps of a VAE in PyTorch on a device, named by the argument: cuda or cpu.

Prints `{"version": ...}`, then for each line of JSON `{"variant", "batch", "steps"}` the
milliseconds of a step, or `{"error": ...}`.
"""

import json
import sys
import time


def say(answer):
    print(json.dumps(answer), flush=True)


try:
    import torch
    from torch import nn
except ImportError as error:
    say({"error": f"PyTorch is not installed ({error})"})
    sys.exit()

PIXELS, LATENT, COUNT = 784, 2, 2000

# By the name of a variant: whether Adam is fused, how factors are rounded ("high" is TF32), and how
# torch.compile compiles the loss ("reduce-overhead" uses CUDA graphs).
VARIANTS = {
    "eager": {"fused": None},
    "eager, fused, TF32": {"fused": True, "precision": "high"},
    "compiled, fused": {"fused": True, "compile": "default"},
    "compiled, fused, TF32, graphs": {
        "fused": True,
        "precision": "high",
        "compile": "reduce-overhead",
    },
}


class Vae(nn.Module):
    """The default VAE of train/models/vae.ts; gives the loss of a batch."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(PIXELS, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 2 * LATENT)
        )
        self.decoder = nn.Sequential(
            nn.Linear(LATENT, 256), nn.ReLU(), nn.Linear(256, 512), nn.ReLU(), nn.Linear(512, PIXELS)
        )

    def forward(self, pixels, noise):
        x = pixels.float() / 255
        z_mean, z_log_var = self.encoder(x).chunk(2, 1)
        z_log_var = z_log_var.clamp(-10, 10)
        z = z_mean + torch.exp(0.5 * z_log_var) * noise
        loss = nn.functional.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        loss = loss - 0.5 * (1 + z_log_var - z_mean**2 - z_log_var.exp()).sum()
        return loss / len(x)


class Trainer:
    def __init__(self, device, fused, precision="highest", compile=None):
        torch.manual_seed(0)
        self.device, self.precision = device, precision
        self.model = Vae().to(device)
        # Not dynamic: else the second batch size would be compiled for every size.
        self.loss = self.model
        if compile is not None:
            self.loss = torch.compile(self.model, mode=compile, dynamic=False)
        self.has_graphs = compile == "reduce-overhead"
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=fused)
        self.images = torch.randint(0, 256, (COUNT, PIXELS), dtype=torch.uint8, device=device)

    def step(self, indices, noise):
        if self.has_graphs:
            torch.compiler.cudagraph_mark_step_begin()
        loss = self.loss(self.images[indices], noise)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    def run(self, batch, steps):
        torch.set_float32_matmul_precision(self.precision)
        # Drawn beforehand and on the device, as for the other contestants.
        indices = torch.randint(0, COUNT, (steps, batch), device=self.device)
        noise = torch.randn(steps, batch, LATENT, device=self.device)
        self.wait()
        start = time.perf_counter()
        for step in range(steps):
            self.step(indices[step], noise[step])
        self.wait()
        return 1000 * (time.perf_counter() - start) / steps

    def wait(self):
        if self.device == "cuda":
            torch.cuda.synchronize()


def main(device):
    if device == "cuda" and not torch.cuda.is_available():
        return say({"error": f"PyTorch {torch.__version__} sees no CUDA device"})
    hello = {"version": torch.__version__}
    if device == "cuda":
        hello |= {
            "card": torch.cuda.get_device_name(),
            "cuda": torch.version.cuda,
            "cudnn": torch.backends.cudnn.version(),
        }
    say(hello)
    trainers = {}
    for line in sys.stdin:
        question = json.loads(line)
        key = question["variant"], question["batch"]
        try:
            if key not in trainers:
                trainers[key] = Trainer(device, **VARIANTS[question["variant"]])
            say(trainers[key].run(question["batch"], question["steps"]))
        except Exception as error:
            say({"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"})


main(sys.argv[1])

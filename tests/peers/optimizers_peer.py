"""Takes the steps of PyTorch's optimizers, given gradients; see optimizers_test.ts."""

import json
import sys

import torch

OPTIMIZERS = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "sgd": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
}


def steps(case):
    kernel = torch.tensor(case["kernel"], requires_grad=True)
    bias = torch.tensor(case["bias"], requires_grad=True)
    more = {"momentum": 0.9} if case["optimizer"] == "sgd" else {}
    groups = [
        {"params": [kernel], "weight_decay": case["weightDecay"]},
        {"params": [bias], "weight_decay": 0.0},
    ]
    optimizer = OPTIMIZERS[case["optimizer"]](groups, lr=case["rate"], **more)
    for of_kernel, of_bias in case["gradients"]:
        kernel.grad, bias.grad = torch.tensor(of_kernel), torch.tensor(of_bias)
        if case["clipNorm"] > 0:
            torch.nn.utils.clip_grad_norm_([kernel, bias], case["clipNorm"])
        optimizer.step()
    return [*kernel.flatten().tolist(), *bias.tolist()]


def plateau(losses):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    rates = []
    for loss in losses:
        schedule.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    return rates


given = json.load(sys.stdin)
print(json.dumps({"steps": [steps(case) for case in given["cases"]], "plateau": plateau(given["losses"])}))

"""Classify points with an exported network, in a process that has PyTorch and nothing of exactnet.

    python bench/exported_alone.py NETWORK.pt POINTS.pt

The network is a state_dict of Linear layers, between which there are ReLUs. Prints how many points
there are, how many get the wrong sign (a label of 1 wants f >= 0, of -1 wants f < 0), and whether
exactnet was loaded.
"""

import sys

import torch
from torch import nn


def main(network: str, points: str) -> None:
    state = torch.load(network, weights_only=True)
    data = torch.load(points, weights_only=True)
    layers: list[nn.Module] = []
    for k in range(0, len(state), 2):
        outputs, inputs = state[f"{k}.weight"].shape
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    model.load_state_dict(state)
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    device = next(model.parameters()).device
    wrong = 0
    with torch.no_grad():
        for x, label in zip(data["x"].split(65536), data["label"].split(65536), strict=True):
            sign = (model(x.to(device)).flatten() >= 0).cpu()
            wrong += int((sign != (label > 0)).sum())
    print(len(data["x"]), wrong, "exactnet" in sys.modules)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A network trained in PyTorch, read exactly: its regions, a proof about it, and its float errors.

Training is float32 and approximate; what is said of the result afterwards is exact, and the last
line covers float32 evaluation itself, in any order of summation.
"""

import torch
from torch import nn

import exactnet as en
from exactnet.bridges import float_error_bound, from_torch

BOX = en.Box.of([(-1, 1), (-1, 1)])


def trained(steps: int = 300) -> nn.Sequential:
    """A small network that learns |x| + |y|."""
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        x = 2 * torch.rand(128, 2) - 1
        loss = (model(x).flatten() - x.abs().sum(dim=1)).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return model


def main() -> dict[str, object]:
    model = trained()
    net = from_torch(model)  # the rationals that the float32 weights are
    regions = en.count_regions(net, BOX)
    proof = en.prove_property(net, BOX, then=[[0, 0, 1, 1], [0, 0, -1, 3]])  # -1 <= f <= 3
    floats = float_error_bound(net, BOX, "float32")
    print(f"regions on the square: {regions}")
    print(f"-1 <= f <= 3 on the square: {proof.verdict.value}")
    print(f"float32: {floats.words()}")
    return {"model": model, "net": net, "regions": regions, "proof": proof, "floats": floats}


if __name__ == "__main__":
    main()

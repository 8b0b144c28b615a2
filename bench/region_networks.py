"""The networks of the region benchmarks as float32 arrays, by name; NumPy only.

A name is KIND:SIZES[:SEED], KIND:SIZES, or KIND:DEPTH; all on the cube [-1, 1]^d:

    torch:2-16-16       random, uniform in +-1/sqrt(inputs), biases too (what PyTorch starts with)
    he:2-16-16          random, normal * sqrt(2/inputs) (He), biases as above
    ternary:2-8-8:3     entries -1, 0, 1: many coincident and parallel lines
    pencil:2-8-8        no biases: every line of the first layer passes through 0; float weights
    lattice:2-8-8       the same with integers -2..2
    duplicates:2-8-8    random, half of the units are multiples of the other half
    dead:2-8-8          random, a quarter of the units is 0 and another quarter never on
    folds:4             x -> |x| - 1/2 in both coordinates, then a rotation by 45 degrees
    sawtooth:5          one dimension, folded five times: 2^5 cells
    tensor:5            two dimensions, each folded five times, and added: 4^5 cells

Weights are rounded to float32, so exact tools and float32 tools see the same numbers.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Layers = list[tuple[Array, Array]]


def parse(name: str) -> tuple[str, list[int], int]:
    """Kind, sizes (or the depth alone) and seed."""
    kind, sizes, *seed = name.split(":")
    return kind, [int(size) for size in sizes.split("-")], int(seed[0]) if seed else 0


def arrays(name: str) -> Layers:
    """(weight, bias) of every layer, one row a unit, the readout last."""
    kind, sizes, seed = parse(name)
    if kind in FOLDED:
        return FOLDED[kind](sizes[0])
    rng = np.random.default_rng(seed)
    layers = []
    for before, after in pairwise(sizes):
        weight, bias = DRAWN[kind](rng, before, after)
        layers.append((weight.astype(np.float32), bias.astype(np.float32)))
    width = sizes[-1]
    return [*layers, (np.ones((1, width), np.float32), np.zeros(1, np.float32))]


def save(name: str, path: Path) -> None:
    """Write the arrays W0, b0, W1, ... for another interpreter."""
    named = {}
    for k, (weight, bias) in enumerate(arrays(name)):
        named[f"W{k}"], named[f"b{k}"] = weight, bias
    np.savez(path, **named)


def _torch(rng: np.random.Generator, before: int, after: int) -> tuple[Array, Array]:
    bound = before**-0.5
    return rng.uniform(-bound, bound, (after, before)), rng.uniform(-bound, bound, after)


def _he(rng: np.random.Generator, before: int, after: int) -> tuple[Array, Array]:
    bound = before**-0.5
    weight = rng.normal(size=(after, before)) * (2 / before) ** 0.5
    return weight, rng.uniform(-bound, bound, after)


def _ternary(rng: np.random.Generator, before: int, after: int) -> tuple[Array, Array]:
    return rng.integers(-1, 2, (after, before)), rng.integers(-1, 2, after)


def _pencil(rng: np.random.Generator, before: int, after: int) -> tuple[Array, Array]:
    return _he(rng, before, after)[0], np.zeros(after)


def _lattice(rng: np.random.Generator, before: int, after: int) -> tuple[Array, Array]:
    return rng.integers(-2, 3, (after, before)), np.zeros(after)


def _duplicates(rng: np.random.Generator, before: int, after: int) -> tuple[Array, Array]:
    weight, bias = (part.astype(np.float32) for part in _he(rng, before, after))
    half = after // 2
    factors = rng.choice([-2.0, -1.0, 1.0, 0.5], half)
    weight[after - half :] = weight[:half] * factors[:, None]
    bias[after - half :] = bias[:half] * factors
    return weight, bias


def _dead(rng: np.random.Generator, before: int, after: int) -> tuple[Array, Array]:
    weight, bias = _he(rng, before, after)
    quarter = after // 4
    weight[: 2 * quarter], bias[: 2 * quarter] = 0, 0
    bias[quarter : 2 * quarter] = -1
    return weight, bias


def _sawtooth(depth: int, copies: int = 1) -> Layers:
    """The tent 2 relu(t) - 4 relu(t - 1/2) of t = (x + 1) / 2, iterated, for each coordinate."""
    eye, tent = np.eye(copies), np.array([[2, -4], [2, -4]])
    bias = np.tile([0, -0.5], copies)
    layers = [(np.kron(eye, [[0.5], [0.5]]), np.tile([0.5, 0.0], copies))]
    layers += [(np.kron(eye, tent), bias)] * (depth - 1)
    layers.append((np.tile([[2, -4]], copies), np.zeros(1)))
    return [(weight.astype(np.float32), shift.astype(np.float32)) for weight, shift in layers]


def _folds(depth: int) -> Layers:
    """(x, y) -> (|x| - 1/2, |y| - 1/2), then (x + y, x - y), ``depth`` times."""
    pairs = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    absolute = np.array([[1, 1, 0, 0], [0, 0, 1, 1]])
    rotation = np.array([[1, 1], [1, -1]])
    step, shift = pairs @ rotation @ absolute, pairs @ rotation @ np.full(2, -0.5)
    layers = [(pairs, np.zeros(4)), *[(step, shift)] * (depth - 1), (np.ones((1, 4)), np.zeros(1))]
    return [(weight.astype(np.float32), bias.astype(np.float32)) for weight, bias in layers]


DRAWN = {
    "torch": _torch,
    "he": _he,
    "ternary": _ternary,
    "pencil": _pencil,
    "lattice": _lattice,
    "duplicates": _duplicates,
    "dead": _dead,
}
FOLDED = {"folds": _folds, "sawtooth": _sawtooth, "tensor": lambda depth: _sawtooth(depth, 2)}

PLANE = ("2-16-16", "2-32-32-32", "2-64-64-64", "2-128-128", "2-128-128-128", "2-256-256")
HIGHER = ("3-32-32", "3-64-64", "4-16-16", "5-10-10")
SEEDED = [f"{kind}:{sizes}" for sizes in (*PLANE, *HIGHER) for kind in ("torch", "he")]
FRACTALS = ("cantor", "cantor-dust")  # networks that exactnet compiles
OURS = [
    *SEEDED,
    *(f"cantor-dust:{n}" for n in range(1, 7)),
    *(f"cantor:{n}" for n in range(1, 13)),
    *(f"sawtooth:{n}" for n in range(1, 17)),
]
LARGE = ["tensor:10", "cantor:12", "cantor-dust:6", "he:2-256-256", "he:3-64-64", "he:4-24-24"]
TWO_CORES = [
    "he:2-128-128-128",
    "he:2-256-256",
    "he:3-64-64",
    "he:4-24-24",
    "cantor-dust:6",
    "tensor:10",
]
PROFILED = [
    f"{kind}:{sizes}"
    for sizes in ("2-16-16", "2-32-32-32", "3-32-32", "4-16-16", "5-10-10")
    for kind in ("torch", "he")
]
QUICK = ["torch:2-16-16", "he:2-32-32-32", "he:3-16-16", "cantor-dust:3", "sawtooth:10"]
DEGENERATE = [
    *(f"tensor:{n}" for n in range(2, 8)),
    *(f"folds:{n}" for n in (2, 4, 6)),
    *(f"ternary:2-8-8:{seed}" for seed in range(5)),
    *(f"ternary:2-16-16:{seed}" for seed in range(5)),
    *(f"duplicates:2-8-8:{seed}" for seed in range(3)),
    *(f"dead:2-8-8:{seed}" for seed in range(3)),
    *(f"pencil:2-8-8:{seed}" for seed in range(2)),
    *(f"lattice:2-8-8:{seed}" for seed in range(3)),
]

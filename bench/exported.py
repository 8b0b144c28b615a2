"""Exported float32 networks: proofs for the files, and a million points in a process of their own.

    python bench/exported.py [--small] [--points N]

Each network is written to a .pt file. What is proved is proved for the weights in that file, and
then for their evaluation in float32. A fresh process that has only PyTorch (exported_alone.py)
classifies points of K_n and of the gaps whose labels were decided in integers; corners of cells and
their nearest neighbours on the grid are among them.
"""

import argparse
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch

import exactnet as en
from exactnet.bridges import from_torch, prove_exact_grid, prove_float_signs, save_torch, surviving
from exactnet.exact.rationals import common_denominator

ALONE = Path(__file__).with_name("exported_alone.py")


@dataclass(frozen=True)
class Case:
    """A fractal, a depth, and the grid 2^-bits that its test points lie on."""

    name: str
    depth: int
    bits: int


FULL = [*(Case("cantor-dust", n, max(2 * n + 1, 9)) for n in range(1, 7))]
FULL.append(Case("rotated-dust", 2, 20))
SMALL = [Case("cantor-dust", 2, 9), Case("rotated-dust", 1, 20)]


def labels(labelling: en.Labelling, points: np.ndarray, bits: int) -> np.ndarray:
    """+1, -1 or 0 (neither) for integer points over 2^bits, by the maps, in integers.

    The base is [-1, 1]^d and the images are disjoint, so that a point has one address at most.
    """
    size = 2**bits
    alive = (abs(points) <= size).all(axis=1)
    for _ in range(labelling.depth):
        inverses = [f.inverse() for f in labelling.ifs.maps]
        scale = common_denominator(
            [v for g in inverses for row in (*g.matrix, g.translation) for v in row]
        )
        largest = max(abs(v) for g in inverses for row in g.matrix for v in row)
        assert abs(points).max() * largest * scale * 8 + 8 * size * scale < 2**62
        following, found = np.zeros_like(points), np.zeros(len(points), dtype=bool)
        for g in inverses:
            matrix = np.array([[int(v * scale) for v in row] for row in g.matrix])
            shift = np.array([int(v * scale) * size for v in g.translation])
            image = points @ matrix.T + shift
            inside = alive & (abs(image) <= size * scale).all(axis=1)
            following[inside] = image[inside]
            found |= inside
        points, alive, size = following, found, size * scale
    margin = labelling.margin or Fraction(0)
    core = (abs(points) * margin.denominator <= (margin.denominator - margin.numerator) * size).all(
        axis=1
    )
    return np.where(alive, np.where(core, 1, 0), -1)


def corners(labelling: en.Labelling, bits: int, cells: int) -> Iterator[list[int]]:
    """The corners of the cores of cells, and the grid points around each of them."""
    d = labelling.ifs.dim
    for cell in itertools.islice(labelling.prefractal.cells(), cells):
        core = labelling.core(cell.map.inverse())
        assert core is not None
        for corner in itertools.product(*zip(*core, strict=True)):
            centre = [round(v * 2**bits) for v in cell.map(corner)]
            for step in itertools.product((-1, 0, 1), repeat=d):
                yield [a + b for a, b in zip(centre, step, strict=True)]


def sample(labelling: en.Labelling, bits: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """``count`` labelled points, as many positives as negatives, corners first."""
    rng = np.random.default_rng(0)
    ifs, n = labelling.ifs, labelling.depth
    near = np.array(list(corners(labelling, bits, count // 72)))
    chunks, have = [near], 0
    matrices = np.array([[[float(v) for v in row] for row in f.matrix] for f in ifs.maps])
    shifts = np.array([[float(v) for v in f.translation] for f in ifs.maps])
    while have < count:
        u = rng.uniform(-1, 1, (count, ifs.dim))
        depth = rng.integers(0, n + 1, count)
        for level in range(n):
            which = rng.integers(ifs.r, size=count)
            image = np.einsum("mij,mj->mi", matrices[which], u) + shifts[which]
            u = np.where((level < depth)[:, None], image, u)
        chunks.append(np.rint(u * 2**bits).astype(np.int64))
        points = np.concatenate(chunks)
        label = labels(labelling, points, bits)
        have = 2 * min(int((label > 0).sum()), int((label < 0).sum()))
    half = count // 2
    chosen = np.concatenate([np.flatnonzero(label == s)[:half] for s in (1, -1)])
    return points[chosen], label[chosen]


def run(case: Case, count: int, folder: Path) -> int:
    """Export, prove, and count what a fresh process gets wrong."""
    ifs = en.gallery.get(case.name)
    found = surviving(ifs, case.depth, "float32", margins=("1/4",))
    file = folder / f"{case.name}-{case.depth}.pt"
    save_torch(found.network, file, "float32")
    artefact = from_torch(file)
    claim = en.Claim(artefact, found.claim.labelling, found.claim.threshold)
    result = en.prove(claim)
    print(f"{case.name}, n = {case.depth}: {artefact.depth} hidden layers, {file.name}")
    print(f"  compared with the exact network: {found.report.words()}")
    print(f"  the file: {result.verdict.value} by {result.route}: {result.claim}")
    if found.margin is None:
        grid = prove_exact_grid(artefact, ifs.base, "float32", case.bits)
        print(f"  float32: {grid.words()} ({grid.pieces} parts of K_0)")
    else:
        signs = prove_float_signs(claim, "float32")
        print(f"  float32: {signs.verdict.value}: {signs.claim} ({signs.pieces} parts)")
    points, label = sample(found.claim.labelling, case.bits, count)
    x = torch.from_numpy(points / 2.0**case.bits).float()
    assert torch.equal(x.double() * 2.0**case.bits, torch.from_numpy(points).double())
    torch.save({"x": x, "label": torch.from_numpy(label)}, folder / "points.pt")
    command = [sys.executable, str(ALONE), str(file), str(folder / "points.pt")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    total, wrong, loaded = done.stdout.split()
    assert loaded == "False"
    kinds = f"{(label > 0).sum()} of K_{case.depth}, {(label < 0).sum()} of the gaps"
    print(f"  torch alone: {wrong} of {total} points misclassified ({kinds})", flush=True)
    return int(wrong)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="exported float32 networks")
    parser.add_argument("--small", action="store_true", help="two small cases")
    parser.add_argument("--points", type=int, default=0, help="points a case")
    options = parser.parse_args(arguments)
    count = options.points or (20_000 if options.small else 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        return sum(run(case, count, Path(folder)) for case in (SMALL if options.small else FULL))


if __name__ == "__main__":
    sys.exit(main() > 0)

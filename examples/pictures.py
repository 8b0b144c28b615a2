"""Pictures of regions in one, two and three inputs, and on a slice of six; docs/images is its work.

The networks of floats are random; what is drawn is exact for their binary values.
"""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random

import exactnet as en
from exactnet.viewing.picture import save_picture, save_regions, save_slice

SQUARE = [(-1, 1), (-1, 1)]


def dense(sizes: list[int], seed: int) -> en.ReluNetwork:
    """A random network, its one output shifted so that it is 0 somewhere near the middle."""
    random = Random(seed)
    layers = [
        (
            [[Fraction(random.gauss(0, (2 / a) ** 0.5)) for _ in range(a)] for _ in range(b)],
            [Fraction(random.gauss(0, 0.3)) for _ in range(b)],
        )
        for a, b in pairwise(sizes)
    ]
    net = en.ReluNetwork.of(layers)
    corner = [Fraction(1, 3)] * sizes[0]
    return en.chain([net, en.ReluNetwork.of([([[1]], [-net(corner)[0]])])])


def sawtooth(teeth: int) -> en.ReluNetwork:
    """2^teeth regions of width 2 (Telgarsky), less one third."""
    tent = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    return en.chain([tent] * teeth + [en.ReluNetwork.of([([[1]], ["-1/3"])])])


def main(folder: str = "demo-out", wide: int = 260) -> dict[str, int]:
    out = Path(folder)
    out.mkdir(exist_ok=True)
    dust = en.gallery.cantor_dust()
    plane = [0] * 6, [1, 0, 0, "1/2", 0, 0], [0, 1, 0, 0, "-1/3", 0], [(-2, 2), (-2, 2)]
    regions = {
        "cantor-dust": save_picture(dust, en.compile_ifs(dust, 3), 3, out / "cantor-dust.png"),
        "sawtooth": save_regions(sawtooth(4), out / "sawtooth.png", [(0, 1)]),
        "random": save_regions(dense([2, 16, 16, 1], 8), out / "random.png", SQUARE),
        "surface": save_regions(dense([3, 24, 24, 1], 1), out / "surface.png"),
        "slice": save_slice(dense([6, 20, 20, 1], 3), out / "slice.png", *plane),
        "wide": save_regions(dense([2, wide, wide, 1], 0), out / "wide.png", SQUARE),
    }
    for name, count in regions.items():
        print(f"{out / name}.png: {count} regions")
    return regions


if __name__ == "__main__":
    main()

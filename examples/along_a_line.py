"""Where exactly does a line meet a fractal? Ask the network, not samples of it.

The network of depth n is 0 on the prefractal K_n of the Cantor dust and negative off it. On the
diagonal of the square it is a piecewise affine function of one parameter; its exact pieces show
the 2^n intervals of the diagonal in K_n. Equally spaced samples of the diagonal miss most.
"""

from fractions import Fraction

import exactnet as en
from exactnet.regions.segment_pieces import SegmentPieces

DEPTH = 8
SAMPLES = 5000


def zero_intervals(pieces: SegmentPieces) -> list[tuple[Fraction, Fraction]]:
    """The intervals of t on which the output is 0."""
    outputs = pieces.merged()
    ends = list(zip(outputs.parameters, outputs.parameters[1:], strict=False))
    return [ends[k] for k in range(len(outputs)) if outputs.affine(k) == ((0, 0),)]


def sampled(net: en.ReluNetwork) -> int:
    """The runs of zeros that equally spaced samples of the diagonal show."""
    points = [[2 * k - SAMPLES] * 2 for k in range(SAMPLES + 1)]
    values, _ = en.evaluate_batch(net, points, SAMPLES)
    hits = [value == 0 for (value,) in values]
    return sum(hit and not before for before, hit in zip([False, *hits], hits, strict=False))


def main() -> dict[str, object]:
    ifs = en.gallery.cantor_dust()
    net = en.compile_ifs(ifs, DEPTH)
    pieces = en.breakpoints_along(net, ifs.base.lower, ifs.base.upper)
    intervals = zero_intervals(pieces)
    facts: dict[str, object] = {
        "pieces": len(pieces),
        "intervals": len(intervals),
        "lengths": {high - low for low, high in intervals},
        "sampled": sampled(net),
    }
    print(f"{len(pieces)} affine pieces on the diagonal; it meets K_{DEPTH} in")
    print(f"  {len(intervals)} intervals, each 1/{1 / (intervals[0][1] - intervals[0][0])} of it;")
    print(f"  {SAMPLES} samples show {facts['sampled']} of them.")
    return facts


if __name__ == "__main__":
    main()

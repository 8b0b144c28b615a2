"""The regions of a network with float weights: counts, slopes and decision boundary, all exact.

Weights that a framework stores as floats are rational numbers, and the results are exact for those.
Here they come from NumPy's generator, as float32 like most trained networks.
"""

from itertools import pairwise

import numpy as np

import exactnet as en

BOX = [(-1, 1), (-1, 1)]


def weights(sizes: list[int], seed: int) -> list[tuple[object, object]]:
    """Matrices and biases as a framework would initialise them."""
    rng = np.random.default_rng(seed)
    return [
        (
            rng.normal(0, (2 / before) ** 0.5, (after, before)).astype(np.float32),
            rng.uniform(-(before**-0.5), before**-0.5, after).astype(np.float32),
        )
        for before, after in pairwise(sizes)
    ]


def main() -> dict[str, object]:
    net = en.ReluNetwork.from_floats(weights([2, 32, 32, 1], seed=1))
    cx = en.enumerate_regions(net, box=BOX)
    counts = cx.counts()
    steepest = cx.lipschitz("1")
    boundary = en.LevelSet.of(net, box=BOX).boundary
    print(f"regions by definition: {counts}")
    print(f"faces of dimension 0, 1, 2: {cx.f_vector}, Euler number {cx.euler}")
    print(f"Lipschitz constant for the 1-norm: {float(steepest.value or 0):.6f}")
    print(f"  attained on cell {steepest.cell}, exactly {steepest.value}")
    print(f"decision boundary: {boundary.f_vector[1]} segments, Betti numbers {boundary.betti}")
    print(f"checked: {'; '.join(cx.verify())}")
    return {"counts": counts, "lipschitz": steepest, "boundary": boundary, "complex": cx}


if __name__ == "__main__":
    main()

"""The "union" construction: the slides' induction read literally, as the r^n-wide baseline.

I_0 scores the base cube (1 on the cube shrunk by the margin, 0 off the base), and
I_n(x) = [s]_+ - [s - 1]_+ with s = sum_i I_{n-1}(F_i^-1 x): every cell has its own copy of I_0.
n+2 hidden layers, width 2d r^n. Here f = I_n - 1/2. No hypothesis on the images is needed.
"""

from fractions import Fraction

from exactnet.constructions.branches import affine_layer, penalty_rows, relu_layer
from exactnet.constructions.construction import MAX_WEIGHTS, Construction, margin_of
from exactnet.errors import InputError
from exactnet.fractals.labelling import Labelling
from exactnet.geometry.affine import AffineMap
from exactnet.networks.compose import affine_network
from exactnet.networks.network import ReluNetwork

_ONE, _ZERO, _HALF = Fraction(1), Fraction(0), Fraction(1, 2)


def construct_union(labelling: Labelling) -> Construction:
    """The literal network of K_n for an inner, relative margin.

    >>> from exactnet.fractals.gallery import cantor
    >>> net = construct_union(Labelling.of(cantor(), 2, margin="1/8")).network
    >>> net.depth, net.width, net(["8/9"]), net([0])
    (4, 8, (Fraction(1, 2),), (Fraction(-1, 2),))

    Raises InputError for other labellings and for more than 20 million weights.
    """
    margin = margin_of(labelling)
    if labelling.side != "inner" or labelling.absolute:
        raise InputError.about(
            "method 'union'",
            "a relative margin on the inner side",
            "another labelling",
            "Use method='margin' for the others.",
        )
    ifs, n = labelling.ifs, labelling.depth
    cells = ifs.r**n
    if 3 * (2 * ifs.dim) * cells**2 > MAX_WEIGHTS:
        raise InputError.about(
            "depth",
            f"a union network of at most {MAX_WEIGHTS} weights",
            f"{ifs.r}^{n} cells",
            "Use method='exact', whose size grows linearly.",
        )
    parts = [affine_network(ifs.base.to_cube()), _basis(labelling, margin)]
    parts += [clip_network(ifs.r ** (n - m), ifs.r) for m in range(1, n + 1)]
    parts.append(ReluNetwork((affine_layer([[_ONE]], [-_HALF]),)))
    return Construction("union", labelling, _HALF, tuple(parts), ())


def _basis(labelling: Labelling, margin: Fraction) -> ReluNetwork:
    """u -> (I_0(F_w^-1 u)) for all addresses w in lexicographic order; two hidden layers."""
    ifs = labelling.ifs
    to_cube = ifs.base.to_cube()
    back = to_cube.inverse()
    expansions = [
        to_cube.after(cell.map.inverse()).after(back) for cell in labelling.prefractal.cells()
    ]
    return _scores(expansions, margin)


def leaf_network(dim: int, margin: Fraction) -> ReluNetwork:
    """I_0 on the base cube: 1 on the cube shrunk by the margin, 0 off it; two hidden layers."""
    return _scores([AffineMap.identity(dim)], margin)


def _scores(expansions: list[AffineMap], margin: Fraction) -> ReluNetwork:
    rows = [row for f in expansions for row in penalty_rows(f, 1 - margin, extra=0)]
    cells = len(expansions)
    block = len(rows) // cells
    scores = [
        [*(-1 / margin if k // block == c else _ZERO for k in range(len(rows))), _ONE]
        for c in range(cells)
    ]
    identity = [[Fraction(int(j == c)) for j in range(cells)] for c in range(cells)]
    return ReluNetwork(
        (relu_layer(rows), relu_layer(scores), affine_layer(identity, [_ZERO] * cells))
    )


def clip_network(groups: int, r: int) -> ReluNetwork:
    """([s]_+ - [s - 1]_+) of the sum s of every r consecutive inputs."""
    rows = [
        [*(_ONE if k // r == g else _ZERO for k in range(groups * r)), -Fraction(shift)]
        for g in range(groups)
        for shift in (0, 1)
    ]
    weight = [
        [(_ONE, -_ONE)[k % 2] if k // 2 == g else _ZERO for k in range(2 * groups)]
        for g in range(groups)
    ]
    return ReluNetwork((relu_layer(rows), affine_layer(weight, [_ZERO] * groups)))

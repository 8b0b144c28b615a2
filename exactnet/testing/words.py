"""Values as the calls that make them, to be read in a report and pasted into a test."""

from collections.abc import Iterable
from fractions import Fraction

from exactnet.exact.rationals import Matrix, to_text
from exactnet.fractals.ifs import IFS
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.networks.layer import RELU, slope_document
from exactnet.networks.network import ReluNetwork


def number(value: Fraction) -> str:
    """An integer, or a string of a fraction.

    >>> number(Fraction(2)), number(Fraction(1, 2))
    ('2', "'1/2'")
    """
    text = to_text(value)
    return text if value.denominator == 1 else repr(text)


def vector(values: Iterable[Fraction]) -> str:
    """A list of numbers."""
    return f"[{', '.join(map(number, values))}]"


def matrix(rows: Matrix) -> str:
    """A list of rows."""
    return f"[{', '.join(map(vector, rows))}]"


def sides(box: Box) -> str:
    """The sides of a box, as ``Box.of`` and ``box=`` take them.

    >>> sides(Box.cube(1))
    '[(-1, 1)]'
    """
    pairs = zip(box.lower, box.upper, strict=True)
    return f"[{', '.join(f'({number(a)}, {number(b)})' for a, b in pairs)}]"


def box_call(box: Box) -> str:
    """A box."""
    return f"Box.of({sides(box)})"


def map_call(f: AffineMap) -> str:
    """An affine map."""
    return f"AffineMap.of({matrix(f.matrix)}, {vector(f.translation)})"


def ifs_call(ifs: IFS) -> str:
    """An IFS.

    >>> from exactnet.fractals.gallery import cantor
    >>> print(ifs_call(cantor()))
    IFS.of([([['1/3']], ['-2/3']), ([['1/3']], ['2/3'])], base=[(-1, 1)])
    """
    maps = (f"({matrix(f.matrix)}, {vector(f.translation)})" for f in ifs.maps)
    return f"IFS.of([{', '.join(maps)}], base={sides(ifs.base)})"


def network_call(net: ReluNetwork) -> str:
    """A network.

    >>> print(network_call(ReluNetwork.of([([["1/2"]], [0]), ([[1]], [0])], [["abs"]])))
    ReluNetwork.of([([['1/2']], [0]), ([[1]], [0])], [['abs']])
    """
    layers = ", ".join(f"({matrix(x.weight)}, {vector(x.bias)})" for x in net.layers)
    hidden = net.layers[:-1]
    if all(slope == RELU for layer in hidden for slope in layer.slopes):
        return f"ReluNetwork.of([{layers}])"
    kinds = [[slope_document(slope) for slope in layer.slopes] for layer in hidden]
    return f"ReluNetwork.of([{layers}], {kinds})"

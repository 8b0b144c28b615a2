"""The largest and the smallest of n numbers, and lattices of affine functions.

Every continuous piecewise-linear function on R^d is a maximum of minima of affine functions
(Tarela & Martinez 1999; Ovchinnikov 2002), so ``lattice`` reaches all of them.
"""

from collections.abc import Sequence

from exactnet.errors import InputError, shown
from exactnet.exact.rationals import RationalLike, as_matrix, as_sequence
from exactnet.geometry.affine import AffineMap
from exactnet.networks.algebra import affine_network, maximum, minimum, select
from exactnet.networks.atoms import Atoms
from exactnet.networks.layout import laid_out
from exactnet.networks.network import ReluNetwork

MAX_NUMBERS = 256


def largest(numbers: int) -> ReluNetwork:
    """The network x -> max(x_1, ..., x_n): a tree of ceil(log2 n) hidden layers.

    Layer l works on m = ceil(n / 2^(l-1)) numbers with m units: for every two a relu and an
    identity unit, for an odd last one an identity unit.

    >>> largest(5)([3, 1, 4, 1, 5]), largest(5).depth, largest(5).neurons
    ((Fraction(5, 1),), 3, 10)

    Raises InputError outside 1..256 numbers.
    """
    return maximum(_coordinates(numbers))


def smallest(numbers: int) -> ReluNetwork:
    """The network x -> min(x_1, ..., x_n), of the size of ``largest``.

    >>> smallest(3)([3, 1, 4])
    (Fraction(1, 1),)
    """
    return minimum(_coordinates(numbers))


def lattice(terms: Sequence[Sequence[Sequence[RationalLike]]]) -> ReluNetwork:
    """The network x -> max over terms of min over their affine functions.

    A term is a list of rows (a_1, ..., a_d, b), each the function a.x + b. The depth is
    ceil(log2) of the longest term plus ceil(log2) of the number of terms; units that two places
    share are computed once, and identity units carry no more than is needed.

    >>> roof = lattice([[[1, 0], [-1, 2]], [[0, "1/2"]]])  # max(min(x, 2 - x), 1/2)
    >>> [str(roof([x])[0]) for x in (0, 1, "7/4")]
    ['1/2', '1', '1/2']

    Raises InputError for no terms, an empty term, or rows of different lengths.
    """
    listed = as_sequence(terms, "terms", "a list of lists of rows")
    if not listed:
        raise InputError.about("lattice", "at least one term", "none", "Give [[row, ...], ...].")
    columns = None
    parts = []
    for k, term in enumerate(listed):
        rows = as_matrix(term, f"terms[{k}]", columns)
        if not rows or len(rows[0]) < 2:
            raise InputError.about(
                f"terms[{k}]", "rows (a_1, ..., a_d, b)", "none" if not rows else "a short row",
                "Give at least one function of one variable.",
            )  # fmt: skip
        columns = len(rows[0])
        parts.append(minimum([affine_network(AffineMap((r[:-1],), r[-1:])) for r in rows]))
    parts.sort(key=lambda net: net.depth)  # of a pair the first is carried: cheap if affine
    return laid_out(Atoms.of(maximum(parts), across=False)).network


def _coordinates(numbers: int) -> list[ReluNetwork]:
    if not isinstance(numbers, int) or isinstance(numbers, bool) or not 1 <= numbers <= MAX_NUMBERS:
        raise InputError.about(
            "numbers", f"an integer 1..{MAX_NUMBERS}", shown(numbers, 20), "Change it."
        )
    return [select(numbers, [j]) for j in range(numbers)]

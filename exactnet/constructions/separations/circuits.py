"""Arithmetic circuits with products in place of ReLU: hierarchical against CP factorisations.

A circuit takes N vectors x_1..x_N of Q^M (what M representation functions are on N patches) and
computes sum A[d_1..d_N] x_1[d_1] ... x_N[d_N], a multilinear function with the coefficient tensor
A. On the M^N grid of unit vectors it is A itself: A is the grid tensor, for the identity as matrix
of representations. Another invertible matrix F multiplies every matricisation from both sides by
Kronecker powers of F, which are invertible, so no rank changes.

* Shallow: one hidden layer of Z products, A = sum_z c_z a_{1,z} x ... x a_{N,z}: a CP
  factorisation. Every matricisation of A then has rank <= Z, since each term has rank 1.
* Deep: a binary tree of products, width r: the hierarchical Tucker factorisation.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import TypeAlias

from exactnet.errors import InputError
from exactnet.exact import linalg
from exactnet.exact.rationals import Matrix, Vector, to_text
from exactnet.exact.strict_json import write_text

MAX_ENTRIES = 70_000  # of a tensor that is written out


@dataclass(frozen=True, slots=True)
class CanonicalCircuit:
    """The shallow circuit: sum_z weights[z] <factors[0][z], x_1> ... <factors[N-1][z], x_N>."""

    factors: tuple[Matrix, ...]  # factors[i] has one row of length M for every z
    weights: Vector

    def __post_init__(self) -> None:
        rows = [row for matrix in self.factors for row in matrix]
        sizes = {len(matrix) for matrix in self.factors} | {len(self.weights)}
        if not rows or len(sizes) > 1 or len({len(row) for row in rows}) > 1:
            raise _shapes("one row of one length for each input and weight")

    @property
    def order(self) -> int:
        """N, the number of input vectors."""
        return len(self.factors)

    @property
    def dim(self) -> int:
        """M, their length."""
        return len(self.factors[0][0])

    @property
    def products(self) -> int:
        """Z, the number of product units."""
        return len(self.weights)

    @property
    def numbers(self) -> int:
        """The number of parameters."""
        return self.products * (self.order * self.dim + 1)

    def __call__(self, inputs: Sequence[Vector]) -> Fraction:
        """The value at N vectors of length M."""
        _check(self, inputs)
        values = [linalg.mat_vec(f, x) for f, x in zip(self.factors, inputs, strict=True)]
        columns = zip(*values, strict=True)
        terms = (w * prod(column) for w, column in zip(self.weights, columns, strict=True))
        return sum(terms, start=Fraction(0))


@dataclass(frozen=True, slots=True)
class HierarchicalCircuit:
    """The deep circuit: levels of linear maps, products of neighbours between them, a readout.

    ``levels[0][i]`` are the r_0 rows that act on x_i; neighbours are then multiplied unit by unit,
    and ``levels[l][i]`` acts on the products of the i-th pair. The last level is one row.
    """

    levels: tuple[tuple[Matrix, ...], ...]

    def __post_init__(self) -> None:
        nodes, below = [len(level) for level in self.levels], 0
        if len(nodes) < 2 or nodes[1:] != [2**k for k in range(len(nodes) - 2, -1, -1)]:
            raise _shapes("N, N/2, ..., 1 nodes")
        for k, level in enumerate(self.levels):
            widths = {len(row) for matrix in level for row in matrix}
            if len({len(matrix) for matrix in level}) > 1 or len(widths) != 1:
                raise _shapes(f"matrices of one shape on level {k}")
            if k and widths != {below}:
                raise _shapes(f"rows of length {below} on level {k}")
            below = len(level[0])
        if nodes[0] != 2 * nodes[1] or below != 1:
            raise _shapes("two inputs a node of the first level, and one output")

    @property
    def order(self) -> int:
        """N, the number of input vectors, a power of 2."""
        return len(self.levels[0])

    @property
    def dim(self) -> int:
        """M, their length."""
        return len(self.levels[0][0][0])

    @property
    def products(self) -> int:
        """The number of product units."""
        return sum(len(m[0]) for level in self.levels[1:] for m in level)

    @property
    def numbers(self) -> int:
        """The number of parameters."""
        return sum(len(m) * len(m[0]) for level in self.levels for m in level)

    def __call__(self, inputs: Sequence[Vector]) -> Fraction:
        """The value at N vectors of length M."""
        _check(self, inputs)
        values = [linalg.mat_vec(m, x) for m, x in zip(self.levels[0], inputs, strict=True)]
        for level in self.levels[1:]:
            pairs = zip(values[::2], values[1::2], strict=True)
            joined = [tuple(a * b for a, b in zip(*pair, strict=True)) for pair in pairs]
            values = [linalg.mat_vec(m, x) for m, x in zip(level, joined, strict=True)]
        return values[0][0]

    def document(self) -> dict[str, object]:
        """The JSON form: levels, nodes, rows; rationals as text."""
        levels = [[[list(map(to_text, row)) for row in m] for m in level] for level in self.levels]
        return {"format": "exactnet-circuit/1", "levels": levels}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the circuit to a JSON file, all or nothing."""
        write_text(path, json.dumps(self.document(), indent=1) + "\n")

    def flattened(self) -> CanonicalCircuit:
        """The same function as a shallow circuit: one product for every choice of units below.

        With widths r_0, r_1, .. the tree over N inputs unfolds into a sum over one index a product
        unit: r_0^(N/2) r_1^(N/4) ... terms.
        """
        terms = _unfolded(self, len(self.levels) - 1, 0, 0)
        weights = tuple(w for w, _ in terms)
        factors = tuple(zip(*(rows for _, rows in terms), strict=True))
        return CanonicalCircuit(factors, weights)


Circuit: TypeAlias = CanonicalCircuit | HierarchicalCircuit


def _unfolded(
    net: HierarchicalCircuit, level: int, place: int, unit: int
) -> list[tuple[Fraction, tuple[Vector, ...]]]:
    """A unit as a sum of products: (coefficient, one row an input below it)."""
    row = net.levels[level][place][unit]
    if not level:
        return [(Fraction(1), (row,))]
    found = []
    for channel, weight in enumerate(row):
        left = _unfolded(net, level - 1, 2 * place, channel)
        right = _unfolded(net, level - 1, 2 * place + 1, channel)
        found += [(weight * a * b, (*x, *y)) for a, x in left for b, y in right if weight]
    return found


def tensor(net: Circuit) -> dict[tuple[int, ...], Fraction]:
    """The coefficient tensor, entry by entry: the circuit on the grid of unit vectors.

    >>> net = hierarchical(order=2, dim=2, width=2, seed=0)
    >>> len(tensor(net)), tensor(net) == tensor(net.flattened())
    (4, True)
    """
    if net.dim**net.order > MAX_ENTRIES:
        raise InputError.about(
            "tensor", f"at most {MAX_ENTRIES} entries", f"{net.dim}^{net.order}", "Take less."
        )
    units = linalg.identity(net.dim)
    return {
        index: net([units[k] for k in index]) for index in product(range(net.dim), repeat=net.order)
    }


def matricisation(net: Circuit, rows: Sequence[int] | None = None) -> Matrix:
    """The tensor as a matrix: the input vectors in ``rows`` (default: every other) index its rows.

    >>> [len(side) for side in (matricisation(hierarchical(4, 2, 2, 0)),)]
    [4]
    """
    chosen = tuple(range(0, net.order, 2)) if rows is None else tuple(rows)
    entries = tensor(net)
    others = tuple(i for i in range(net.order) if i not in chosen)
    return tuple(
        tuple(entries[_merged(chosen, row, others, column)] for column in _indices(net, others))
        for row in _indices(net, chosen)
    )


def _indices(net: Circuit, places: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return product(range(net.dim), repeat=len(places))


def _merged(
    chosen: tuple[int, ...], row: tuple[int, ...], others: tuple[int, ...], column: tuple[int, ...]
) -> tuple[int, ...]:
    place = dict(zip((*chosen, *others), (*row, *column), strict=True))
    return tuple(place[i] for i in range(len(place)))


def hierarchical(
    order: int, dim: int, width: int, seed: int, upper: int = 1
) -> HierarchicalCircuit:
    """A deep circuit with random weights from +-1..+-99, the same for the same seed.

    The nodes of the first level have ``width`` units, those above it ``upper``, the last one. No
    weight is 0: a circuit without some of its edges is in the null set that genericity excludes.

    >>> net = hierarchical(order=4, dim=3, width=2, seed=1)
    >>> net.products, net.numbers, net.flattened().products
    (5, 29, 4)
    """
    if order < 2 or order & (order - 1):
        raise InputError.about("order", "a power of 2", str(order), "Try 4.")
    random = Random(seed)

    def matrix(rows: int, columns: int) -> Matrix:
        return tuple(
            tuple(random.choice((-1, 1)) * Fraction(random.randint(1, 99)) for _ in range(columns))
            for _ in range(rows)
        )

    levels = [tuple(matrix(width, dim) for _ in range(order))]
    nodes, below = order // 2, width
    while nodes:
        rows = upper if nodes > 1 else 1
        levels.append(tuple(matrix(rows, below) for _ in range(nodes)))
        nodes, below = nodes // 2, rows
    return HierarchicalCircuit(tuple(levels))


def _shapes(expected: str) -> InputError:
    return InputError.about("circuit", expected, "other shapes", "Check the sizes.")


def _check(net: Circuit, inputs: Sequence[Vector]) -> None:
    if len(inputs) != net.order or any(len(x) != net.dim for x in inputs):
        raise InputError.about(
            "circuit", f"{net.order} vectors of length {net.dim}", "others", "Check the sizes."
        )

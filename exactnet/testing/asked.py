"""Strategies for what is asked about a network: polyhedra of inputs, and queries."""

from collections.abc import Callable

from exactnet.testing.hypothesis_library import (
    DrawFn,
    SearchStrategy,
    Size,
    sizes,
    strategies,
    strategy,
)
from exactnet.testing.shapes import DIMENSIONS, MAX_DIM
from exactnet.testing.values import Numbers, points
from exactnet.verification.property import Halfspaces
from exactnet.verification.query import Inequality, Query

ROWS = range(4)
CASES = range(1, 4)
MOST = 64


@strategy
def halfspaces(
    dim: Size = None, *, rows: Size = None, elements: Numbers | None = None
) -> Callable[[DrawFn], Halfspaces]:
    """Polyhedra of dimension ``dim`` (default 1 to 3) with 0 to 3 rows; shrinks to all of R^dim.

    They may be unbounded, flat or empty.

    >>> from hypothesis import given
    >>> @given(halfspaces(2))
    ... def test(polyhedron):
    ...     assert all(len(row) == 3 for row in polyhedron.rows)
    >>> test()
    """
    dims = sizes(dim, "halfspaces.dim", DIMENSIONS, MAX_DIM)
    counts = sizes(rows, "halfspaces.rows", ROWS, MOST)

    def polyhedron(draw: DrawFn) -> Halfspaces:
        row = points(draw(dims) + 1, elements=elements)
        return Halfspaces([draw(row) for _ in range(draw(counts))])

    return polyhedron


@strategy
def queries(
    inputs: Size = None,
    outputs: Size = 1,
    *,
    cases: Size = None,
    rows: Size = None,
    elements: Numbers | None = None,
) -> Callable[[DrawFn], Query]:
    """Queries about networks with ``inputs`` (default 1 to 3) and ``outputs``: 1 to 3 cases.

    A case has 0 to 3 inequalities, strict ones among them, some about inputs only.

    >>> from hypothesis import given
    >>> @given(queries(inputs=2))
    ... def test(query):
    ...     assert (query.inputs, query.outputs) == (2, 1)
    >>> test()
    """
    ins = sizes(inputs, "queries.inputs", DIMENSIONS, MAX_DIM)
    outs = sizes(outputs, "queries.outputs", range(1, 2), MAX_DIM)
    counts = sizes(cases, "queries.cases", CASES, MOST)
    lengths = sizes(rows, "queries.rows", ROWS, MOST)

    def query(draw: DrawFn) -> Query:
        m, n = draw(ins), draw(outs)
        fact = _inequalities(m, n, elements)
        found = [tuple(draw(fact) for _ in range(draw(lengths))) for _ in range(draw(counts))]
        return Query(m, n, tuple(found))

    return query


def _inequalities(
    inputs: int, outputs: int, elements: Numbers | None
) -> SearchStrategy[Inequality]:
    """An inequality about inputs and outputs, or about inputs only."""
    of_inputs = points(inputs + 1, elements=elements).map(
        lambda row: (*row[:-1], *[row[-1] * 0] * outputs, row[-1])
    )
    row = strategies.one_of(points(inputs + outputs + 1, elements=elements), of_inputs)
    return strategies.builds(Inequality, row, strategies.booleans())

"""The tables of Theorem 2: smallest width by bound, bounds on the regions, true minimal widths."""

from collections.abc import Iterator
from dataclasses import replace

from exactnet.errors import LimitReached
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits, Progress
from exactnet.regions import bounds
from exactnet.regions.counting import RegionCount
from exactnet.theorems.report import ReportTable
from exactnet.theorems.values import Cell, outwards
from exactnet.theorems.widths.lower_bounds import lower_bounds
from exactnet.theorems.widths.minimal import MinimalWidth, minimal_width
from exactnet.theorems.widths.required import required_widths

BY_BOUND = "Smallest width by bound"
REGIONS = "Regions: the count and every bound"
SIZES = "Regions of networks of the given width"
MINIMAL = "True minimal width"
ROUTES = {
    "line": "sign changes on a line against depth and width: Lemmas 2 to 5 (theorems.line)",
    "regions": "one region a cell against the bounds on regions (proofs/theory/Theorem2.v; Serra)",
    "directions": "f is constant along some direction if the first layer is narrower than d",
    "points": "Z3 (linear real arithmetic): no weights of one hidden layer have the signs wanted",
    "trivial": "a hidden layer has a unit",
}


def widths_by_bound(d: int, regions: int, layers: int) -> ReportTable:
    """One row for t = 1, 2, ...: the smallest width that each bound allows.

    >>> table = widths_by_bound(1, 32, 2)
    >>> table.heads[2:], table.rows[0][2:]
    (('talk, whole', '(sum C)^t', 'Montufar', 'Serra', 'Hinz', 'Zaslavsky', '2^N', '(k+1)^t'), \
(12, 31, 31, 31, 31, 31, 5, 31))
    """
    heads = (
        "t", "talk (d/e) r^(n/(td))", "talk, whole", "(sum C)^t", "Montufar", "Serra", "Hinz",
        "Zaslavsky", "2^N", "(k+1)^t",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for t in range(1, layers + 1):
        need = required_widths(d, t, regions)
        rows.append((
            t, need.talk, need.talk_width, need.composed, need.montufar, need.serra, need.hinz,
            need.zaslavsky, need.trivial, need.line,
        ))  # fmt: skip
    return ReportTable(BY_BOUND, heads, tuple(rows))


def bounds_table(d: int, widths: tuple[int, ...], count: RegionCount) -> ReportTable:
    """The exact count of a network (or a lower bound of it), and what each bound says."""
    kind = "exact" if count.complete else "at least"
    rows: list[tuple[Cell, ...]] = [("counted on K_0", kind, int(count), "exact enumeration")]
    for row in bounds.table(d, widths):
        value = outwards(*row.value) if isinstance(row.value, tuple) else row.value
        rows.append((row.name, row.kind, value, row.note))
    return ReportTable(REGIONS, ("bound", "kind", "regions", "note"), tuple(rows))


def sizes_table(d: int, regions: int, layers: int, width: int) -> ReportTable:
    """Whether each bound allows networks of one width to have as many regions as K_n has cells.

    A "no" for (sum C)^t says that no network of these sizes realises K_n.

    >>> [(row[0], row[1], row[-1]) for row in sizes_table(2, 64, 2, 5).rows]
    [(1, 16, False), (2, 256, True)]
    """
    rows: list[tuple[Cell, ...]] = []
    for t in range(1, layers + 1):
        most = bounds.composed(d, t, width)
        talk = bounds.talk_admits(d, t, width, regions) if width >= d else None
        rows.append((t, most, bounds.trivial([width] * t), talk, most >= regions))
    heads = ("t", "(sum C)^t", "2^N", "talk allows r^n", "(sum C)^t allows r^n")
    return ReportTable(SIZES, heads, tuple(rows))


def minimal_table(
    ifs: IFS, depth: int, layers: int, limits: Limits, progress: Progress
) -> tuple[ReportTable, tuple[str, ...]]:
    """The least width of a network with t hidden layers that realises K_n within K_0, or a bracket.

    Also what the values rest on.
    """
    rows: list[tuple[Cell, ...]] = []
    rests: dict[str, None] = {}
    best: MinimalWidth | None = None
    for t in range(1, layers + 1):
        best = _minimal(ifs, depth, t, layers, best, limits, progress)
        rows.append(_row(best))
        rests |= dict.fromkeys(_rests_on(best))
    heads = ("t", "at least", "at most", "why not less", "network", "proved by")
    return ReportTable(MINIMAL, heads, tuple(rows)), tuple(rests)


def _minimal(
    ifs: IFS,
    depth: int,
    t: int,
    layers: int,
    best: MinimalWidth | None,
    limits: Limits,
    progress: Progress,
) -> MinimalWidth:
    """The result for t layers; without time, the bounds and the network of fewer layers."""
    least = lower_bounds(ifs, depth, t, False)
    upper = None if best is None else best.upper
    quick = MinimalWidth(depth, t, "base", tuple(least), upper)
    if upper is not None and upper.width == least[0].width:
        return quick
    try:
        share = limits.remaining() / (layers - t + 2)
    except LimitReached:
        return quick
    found = minimal_width(ifs, depth, t, "base", replace(limits, seconds=share), progress)
    worse = found.upper is None or (upper is not None and upper.width < found.upper.width)
    return replace(found, upper=upper) if worse else found


def _row(found: MinimalWidth) -> tuple[Cell, ...]:
    low, high = found.bracket
    name = None if found.upper is None else found.upper.name
    route = None if found.upper is None else found.upper.result.route
    return found.layers, low, high, found.lower[0].reason, name, route


def _rests_on(found: MinimalWidth) -> Iterator[str]:
    """The route of the best lower bound, and what the network's proof rests on."""
    yield f"minimal widths: {ROUTES[found.lower[0].route]}"
    if found.upper is not None:
        yield from found.upper.result.rests_on

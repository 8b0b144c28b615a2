"""Published statements on instances: norms, spheres and trees; the table of all families."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import isqrt

from exactnet.constructions.separations.registry import get
from exactnet.constructions.separations.trees import polarised_pieces
from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork
from exactnet.networks.restrict import restrict_to_plane
from exactnet.regions.enumeration import enumerate_regions
from exactnet.theorems.report import Comparison, ReportTable
from exactnet.theorems.separations import cases_line
from exactnet.theorems.separations.breaks import breaks_needed
from exactnet.theorems.separations.case import Case, Given, at_least, at_most, equal, parameters
from exactnet.theorems.separations.circle import shallow_units
from exactnet.theorems.separations.disc import ball_error, fewest_error
from exactnet.theorems.separations.one_layer import OneLayer, one_layer_form
from exactnet.theorems.values import Cell


def l1_radial(given: Given) -> Case:
    """Safran & Shamir: 2d + 1 units; no network with one hidden layer equals it for d >= 2."""
    net, d = given.entry.relu, given.entry.parameter("d")
    found = _whole(given) if d == 1 else (
        _on_plane(given, [0] * d, [_unit(d, 0), _unit(d, 1)], 2)
    )  # fmt: skip
    case = Case(
        "2d + 1 units compute [|x|_1 - 1]_+",
        (at_most("units", net.neurons, 2 * d + 1), equal(given)),
    )
    return _with_one_layer(case, found, "" if d == 1 else "x_1 x_2-")


def ball(given: Given) -> Case:
    """Safran & Shamir: the exact L1 error, and how it falls as the regions grow."""
    entry = given.entry
    d, pieces = entry.parameter("d"), entry.parameter("pieces")
    rows = []
    for count in sorted({4, 8, 16, pieces}):
        if count > pieces:
            continue
        one = get("ball", d=d, pieces=count)
        error = ball_error(one.relu, one.target.domain, given.limits, given.progress)
        rows.append((count, one.relu.neurons, error.cells, error.interval))
    last = rows[-1][3]
    comparisons = [at_most("L1 error", last[1], entry.error)]
    notes: tuple[str, ...] = ()
    if d == 2:
        cx = enumerate_regions(entry.relu, entry.target.domain, given.limits, given.progress)
        affine = cx.counts()["affine"]
        comparisons.append(
            at_least("L1 error against (pi - 2)/(R^2 + 2)", last[0], fewest_error(affine))
        )
        notes = (f"R = {affine} affine pieces: no such function is closer than that",)
    heads = ("pieces", "units", "regions", "L1 error")
    return Case(
        "a network of depth 2 approximates the indicator, the error falling with its size",
        tuple(comparisons), {}, (), (ReportTable("Size against error", heads, tuple(rows)),),
        ("lower bound: module disc",) if d == 2 else (), notes,
    )  # fmt: skip


def sphere_sine(given: Given) -> Case:
    """Daniely: the certified error, and the units that one hidden layer needs for one below 1."""
    entry = given.entry
    d = entry.parameter("d")
    units = shallow_units(d)
    notes = [
        "Daniely's 2^Omega(d log d) is asymptotic, with bounded weights; d^3 is for any weights"
    ]
    return Case(
        "depth 3 approximates sin(pi d^3 <x, x'>), depth 2 needs many units",
        (
            Comparison("certified error", entry.error, "<", 1, entry.error < 1),
            Comparison("error on the spheres", "|f - sin|", "<=", entry.error, given.proved),
        ),
        {"shallow at least": units},
        rests_on=("zeros on a circle (module circle)",),
        notes=tuple(notes),
    )


def tree_max(given: Given) -> Case:
    """Poggio et al.: the maximum; no network with one hidden layer equals it beyond two inputs."""
    n = given.entry.parameter("n")
    if n == 2:
        found, where = _whole(given), ""
    else:
        origin = [0, 0, 0] + [-1] * (n - 3)
        found, where = _on_plane(given, origin, [_unit(n, 0), _unit(n, 1)], 1), "x_1 x_2-"
    case = Case("n - 1 constituents suffice", (equal(given),))
    return _with_one_layer(case, found, where)


def tree_distance(given: Given) -> Case:
    """Poggio et al.: the tree of |a - b|; from eight inputs on, no one hidden layer equals it."""
    n = given.entry.parameter("n")
    if n <= 4:
        found, where = _whole(given), ""
    else:
        half = Fraction(1, 2)
        origin: list[int | Fraction] = [0, 0, half, 0, 0, 0, half, 0, *[0] * (n - 8)]
        first = [1, -1] + [0] * (n - 2)
        second = [0] * 4 + [1, -1] + [0] * (n - 6)
        found, where = _on_plane(given, origin, [first, second], 1), "(x_1 - x_2) (x_5 - x_6)-"
    case = Case("n - 1 constituents suffice", (equal(given),))
    return _with_one_layer(case, found, where)


def tree_product(given: Given) -> Case:
    """Poggio et al.: units and parameters, deep against shallow, at no larger certified error."""
    entry = given.entry
    n, net, rival = entry.parameter("n"), entry.relu, entry.shallow
    breaks = diagonal_breaks(n, entry.error)
    units = 2 ** (n - 1) * polarised_pieces(n, entry.error)
    rows: list[tuple[Cell, ...]] = [("tree", net.depth, net.neurons, parameters(net), entry.error)]
    sizes = {"shallow at least": breaks}
    if rival is not None and isinstance(rival.network, ReluNetwork):
        sizes["shallow parameters"] = parameters(rival.network)
        rows.append(("one hidden layer", 1, rival.units, sizes["shallow parameters"], rival.error))
    heads = ("network", "hidden layers", "units", "parameters", "certified error")
    return Case(
        "at equal certified error the tree is no larger than polarisation in one hidden layer",
        (
            at_most("units, deep against shallow by polarisation", net.neurons, units),
            at_least("units of the shallow one against breaks forced", units, breaks),
        ),
        sizes,
        tables=(ReportTable("Deep against shallow", heads, tuple(rows)),),
        rests_on=("breaks forced on the diagonal (module breaks); trees.polarised_error",),
    )  # fmt: skip


def diagonal_breaks(n: int, error: Fraction) -> int:
    """How many breaks a function within an error of t^n on [-1, 1] has, at least.

    >>> diagonal_breaks(2, Fraction(1, 64)), diagonal_breaks(4, Fraction(1, 64))
    (5, 6)
    """
    count = min(256, 8 * (2 + isqrt(1 // error)))
    places = [Fraction(k, count) for k in range(-count, count + 1)]
    return breaks_needed([(t, (t**n, t**n)) for t in places], error)


def _whole(given: Given) -> OneLayer:
    return one_layer_form(given.entry.relu, given.entry.target.domain, given.limits, given.progress)


def _on_plane(
    given: Given,
    origin: Sequence[int | Fraction],
    directions: list[list[int]],
    side: int,
) -> OneLayer:
    """The form on a plane: what one hidden layer cannot do there, it cannot do at all."""
    section = restrict_to_plane(given.entry.relu, origin, directions)
    return one_layer_form(section, Box.cube(2, side), given.limits, given.progress)


def _with_one_layer(case: Case, found: OneLayer, plane: str) -> Case:
    """The case with what one hidden layer needs: so many units at least, or none is enough."""
    where = f"on the {plane}plane: " if plane else ""
    rests_on = ("changes of the gradient across facets of the region complex (module one_layer)",)
    if found.network is None:
        return replace(
            case, notes=(f"no network with one hidden layer equals it: {where}{found.words}",),
            rests_on=rests_on,
        )  # fmt: skip
    sizes = {"shallow at least": len(found.forms)}
    return replace(case, sizes=sizes, notes=(found.words,), rests_on=rests_on)


def _unit(size: int, place: int) -> list[int]:
    return [int(k == place) for k in range(size)]


CASES: dict[str, Callable[[Given], Case]] = {
    "telgarsky": cases_line.telgarsky,
    "telgarsky-2016": cases_line.telgarsky_2016,
    "l1-radial": l1_radial,
    "ball": ball,
    "circuit": cases_line.circuit,
    "sphere-sine": sphere_sine,
    "tree-max": tree_max,
    "tree-distance": tree_distance,
    "tree-product": tree_product,
    "sawtooth": cases_line.sawtooth,
    "fizzbuzz": cases_line.fizzbuzz,
    "parity": cases_line.parity,
}

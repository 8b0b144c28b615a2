"""All bounds for one network, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from exactnet.regions.bounds.average import hanin_rolnick
from exactnet.regions.bounds.euler import talk
from exactnet.regions.bounds.sizes import Interval, check_sizes, check_widths
from exactnet.regions.bounds.worst_case import (
    composed,
    hinz,
    lower_montufar,
    montufar,
    raghu,
    serra,
    trivial,
    zaslavsky,
)


@dataclass(frozen=True, slots=True)
class BoundRow:
    """One bound: an integer, a rational interval that contains it, or None with the reason why.

    ``name`` is the function in ``bounds``; ``note`` the source, or why the bound does not apply.
    The kind says what the value bounds: "upper" and "lower" the largest number of regions of all
    networks of these sizes, "expected" the mean at random initialisation (an estimate, its
    constants being 1).
    """

    name: str
    kind: Literal["upper", "lower", "expected"]
    value: int | Interval | None
    note: str


def table(d: int, widths: Sequence[int]) -> list[BoundRow]:
    """Every bound for input dimension d and the hidden widths.

    ``talk`` and ``composed`` take the number of layers and the widest layer.

    >>> for row in table(3, [2, 2])[:3]:
    ...     print(row.name, row.kind, row.value, row.note, sep=" | ")
    trivial | upper | 16 | 2^N patterns of N units
    talk | upper | None | no bound below width d: needs k >= 3, got 2
    composed | upper | 16 | Zaslavsky per layer, widest layer
    """
    check_sizes(d=d)
    sizes = check_widths(widths)
    t, k = len(sizes), max(sizes)
    expected = hanin_rolnick(d, sizes)
    return [
        BoundRow("trivial", "upper", trivial(sizes), "2^N patterns of N units"),
        _talk_row(d, t, k),
        BoundRow("composed", "upper", composed(d, t, k), "Zaslavsky per layer, widest layer"),
        BoundRow("raghu", "upper", raghu(d, sizes), "Raghu et al. 2017, Zaslavsky per layer"),
        BoundRow("montufar", "upper", montufar(d, sizes), "Montufar 2017"),
        BoundRow("serra", "upper", serra(d, sizes), "Serra et al. 2018; relu units"),
        BoundRow("hinz", "upper", hinz(d, sizes), "Hinz, van de Geer 2019; relu units"),
        _zaslavsky_row(d, sizes),
        _lower_row(d, sizes),
        BoundRow("hanin_rolnick", "expected", (expected, expected), "Hanin, Rolnick 2019; T = 1"),
    ]


def _talk_row(d: int, t: int, k: int) -> BoundRow:
    if k < d:
        note = f"no bound below width d: needs k >= {d}, got {k}"
        return BoundRow("talk", "upper", None, note)
    return BoundRow("talk", "upper", talk(d, t, k), "(e k/d)^(t d), Malach, Shalev-Shwartz 2019")


def _zaslavsky_row(d: int, sizes: tuple[int, ...]) -> BoundRow:
    if len(sizes) > 1:
        note = f"needs one hidden layer, got {len(sizes)}"
        return BoundRow("zaslavsky", "upper", None, note)
    return BoundRow("zaslavsky", "upper", zaslavsky(d, sizes[0]), "Zaslavsky 1975; attained")


def _lower_row(d: int, sizes: tuple[int, ...]) -> BoundRow:
    if min(sizes) < d:
        note = f"needs every width >= {d}, got {min(sizes)}"
        return BoundRow("lower_montufar", "lower", None, note)
    value = lower_montufar(d, sizes)
    note = "some network of these widths has as many; Montufar et al. 2014; relu units"
    return BoundRow("lower_montufar", "lower", value, note)

"""Theorem 2 on an instance: (sum_{i<=min(d,k)} C(k,i))^t >= r^n for networks that realise K_n.

t counts hidden layers, k is the width of the widest. The talk (Malach & Shalev-Shwartz 2019) says
k >= (d/e) r^(n/(t d)). That follows for k >= d, and is false below (``widths.below_dimension``).
What is needed is a positive point in every cell and a negative one between every two cells; for a
network with {f >= 0} = K_n it follows from disjoint images. Proved in Coq for every d, r, n, t and
k: proofs/theory/Theorem2.v.
"""

import time
from collections.abc import Iterator

from exactnet.constructions.compile import METHODS
from exactnet.errors import InputError
from exactnet.fractals.ifs import IFS, as_ifs
from exactnet.fractals.prefractal import as_depth
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork
from exactnet.regions import bounds
from exactnet.theorems.counts import MAX_LAYERS, MAX_WIDTH, as_count, smallest
from exactnet.theorems.hypotheses import (
    contracting_maps,
    disjoint_images,
    instance,
    nested_images,
)
from exactnet.theorems.report import Comparison, Hypothesis, ReportTable, TheoremReport
from exactnet.theorems.values import Value, outwards, shown
from exactnet.theorems.widths.below_dimension import regions_table, widths_table
from exactnet.theorems.widths.hypotheses import mass_in_cells, negatives_between, realised
from exactnet.theorems.widths.realisation import Realisation, compiled, of_network
from exactnet.theorems.widths.required import (
    talk_width,
)
from exactnet.theorems.widths.tables import (
    bounds_table,
    minimal_table,
    sizes_table,
    widths_by_bound,
)
from exactnet.verification.verdicts import Verdict

STATEMENT = (
    "Pairwise disjoint images: a ReLU network with t hidden layers of at most k units that "
    "realises K_n has (sum_{i<=min(d,k)} C(k,i))^t >= r^n; hence k >= (d/e) r^(n/(t d)) if k >= d."
)
SECONDS = 45.0
MAX_ROWS = 8  # hidden layers in the tables, unless asked for more


def theorem2(
    ifs: IFS,
    depth: int,
    network: ReluNetwork | None = None,
    method: str | None = None,
    layers: int | None = None,
    width: int | None = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> TheoremReport:
    """Theorem 2 for K_depth, on a network that realises it: the smallest we compile, or yours.

    ``left`` is the network's width and ``right`` the smallest that the theorem allows for its
    number of layers. ``layers`` is how far the tables go; with ``width``, a table says what each
    bound allows networks of that width. ``limits`` (45 s) bound proofs, counts and searches.

    >>> from exactnet.fractals import gallery
    >>> report = theorem2(gallery.cantor(), 2)
    >>> report.verdict.value, report.left, report.right, report.sizes["regions"]
    ('holds', 2, 1, 8)
    >>> [row[:3] for row in report.table("True minimal width").rows]
    [(1, 5, 5), (2, 3, 3), (3, 2, 2)]
    >>> theorem2(gallery.sierpinski(), 0).verdict.value
    'does not apply'

    Raises InputError for networks of other dimensions or without hidden layers.
    """
    start = time.monotonic()
    as_ifs(ifs)
    as_depth(depth)
    _check(network, method, layers, width)
    bounded = from_now(limits, Limits(seconds=SECONDS))
    if network is None:
        found, refused = compiled(ifs, depth, method, bounded, progress)
    else:
        found, refused = of_network(network, ifs, depth, bounded, progress), []
    last = layers or min(found.network.depth if found else 2, MAX_ROWS)
    minimal, rests = minimal_table(ifs, depth, last, bounded, progress)
    return TheoremReport(
        "2",
        STATEMENT,
        instance(ifs, depth),
        _hypotheses(ifs, depth, found),
        () if found is None else tuple(_comparisons(ifs, depth, found)),
        _sizes(ifs, depth, found),
        (*_tables(ifs, depth, last, width, found), minimal, regions_table(), widths_table()),
        rests_on=tuple(dict.fromkeys((*_rests_on(found), *rests))),
        notes=(*refused, *_notes(ifs, depth, found)),
        seconds=time.monotonic() - start,
    )


def _check(network: object, method: object, layers: int | None, width: int | None) -> None:
    if network is not None and method is not None:
        raise InputError.about("theorem2", "a network or a method", "both", "Drop one.")
    if method is not None and method not in METHODS:
        raise InputError.about("method", f"one of {', '.join(METHODS)}", f"{method!r:.40}", "Pick.")
    if layers is not None:
        as_count("layers", layers, MAX_LAYERS)
    if width is not None:
        as_count("width", width, MAX_WIDTH)


def _hypotheses(ifs: IFS, depth: int, found: Realisation | None) -> tuple[Hypothesis, ...]:
    shared = (
        disjoint_images(ifs),
        nested_images(ifs),
        contracting_maps(ifs),
        negatives_between(ifs, depth),
        mass_in_cells(ifs, depth),
    )
    last = realised(found.result, found.name) if found else realised(None, "")
    return shared if last is None else (*shared, last)


def _comparisons(ifs: IFS, depth: int, found: Realisation) -> Iterator[Comparison]:
    """The theorem for this network, first; then the regions, and the talk's form if k >= d."""
    d, cells, count = ifs.dim, ifs.r**depth, found.regions
    t, k = found.network.depth, found.network.width
    least = smallest(lambda width: bounds.composed(d, t, width) >= cells)
    yield Comparison("width against (sum C(k,i))^t >= r^n", k, ">=", least, k >= least)
    if found.result.verdict is Verdict.UNKNOWN:
        yield Comparison("the network realises K_n", "{f >= 0}", "=", "K_n", None)
    if count.complete or count >= cells:
        yield Comparison("regions on K_0 against r^n", int(count), ">=", cells, count >= cells)
    if k >= d:
        admitted = bounds.talk_admits(d, t, k, cells)
        wanted = talk_width(d, t, cells)
        yield Comparison("width against (d/e) r^(n/(td))", k, ">=", wanted, admitted)
    if count.complete:
        yield from _below_bounds(d, found)


def _below_bounds(d: int, found: Realisation) -> Iterator[Comparison]:
    count, widths = int(found.regions), found.widths
    for row in bounds.table(d, widths):
        if row.kind != "upper" or row.value is None:
            continue
        right: Value
        if isinstance(row.value, tuple):
            right = outwards(*row.value)
            holds = bounds.talk_admits(d, len(widths), max(widths), count)
        else:
            right, holds = row.value, count <= row.value
        yield Comparison(f"regions against {row.name}", count, "<=", right, holds)


def _sizes(ifs: IFS, depth: int, found: Realisation | None) -> dict[str, int]:
    sizes = {"d": ifs.dim, "r": ifs.r, "n": depth, "cells": ifs.r**depth}
    if found is None:
        return sizes
    network = {"hidden layers": found.network.depth, "width": found.network.width}
    return {**sizes, **network, "regions": int(found.regions)}


def _tables(
    ifs: IFS, depth: int, last: int, width: int | None, found: Realisation | None
) -> Iterator[ReportTable]:
    yield widths_by_bound(ifs.dim, ifs.r**depth, last)
    if width is not None:
        yield sizes_table(ifs.dim, ifs.r**depth, last, width)
    if found is not None:
        yield bounds_table(ifs.dim, found.widths, found.regions)


def _rests_on(found: Realisation | None) -> tuple[str, ...]:
    if found is None:
        return ()
    return (*found.result.rests_on, "regions: exact enumeration of the network's complex on K_0")


def _notes(ifs: IFS, depth: int, found: Realisation | None) -> Iterator[str]:
    if found is None:
        return
    if not found.regions.complete:
        yield f"regions are counted in part: {found.regions.reason}"
    if found.result.verdict is Verdict.UNKNOWN:
        yield f"{found.name} is neither proved nor refuted: {found.result.reason}"
    d, t, k = ifs.dim, found.network.depth, found.network.width
    if k < d:
        wanted = shown(talk_width(d, t, ifs.r**depth))
        yield f"width {k} < d = {d}: there the talk's {wanted} is no bound, and is not compared"

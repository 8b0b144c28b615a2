"""Certificates by triangulation: a network realises K_n for one n, or has so many regions.

The network's complex is cut into simplices, every face by its points in the order of their numbers,
so that neighbours agree on the face between them. The checker evaluates the network once at every
point and pairs facets; it never cuts anything.
"""

from collections.abc import Iterator
from fractions import Fraction

from exactnet.errors import LimitReached
from exactnet.exact.rationals import to_text
from exactnet.exact.rows import Row, centre, dehomogenised, dot
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.limits import Limits, Progress
from exactnet.networks.layer import ABS, Layer
from exactnet.networks.network import ReluNetwork
from exactnet.regions.domain import sign_of
from exactnet.regions.faces import complex_parts
from exactnet.regions.levels import with_level_units
from exactnet.verification import check
from exactnet.verification.certificates.documents import (
    Certificate,
    Document,
    for_checker,
    ifs_document,
    labelling_document,
    network_document,
    within_format,
)
from exactnet.verification.claims import Claim

MAX_CELLS = 4096  # cells of K_n that a certificate by cover may list
DEFINITIONS = ("proper", "open", "closed", "affine")

Simplex = list[int]


class _Triangulation:
    """Points by number, and the simplices of a complex cell by cell."""

    def __init__(self) -> None:
        self.numbers: dict[Row, int] = {}

    def cells(
        self, net: ReluNetwork, box: Box | None, limits: Limits
    ) -> Iterator[tuple[list[Row], list[Simplex]]]:
        """Every cell of a network's complex: its points, and the simplices it is cut into."""
        for part in complex_parts(net, box, limits):
            offsets = part.patch.offsets
            for cell in range(int(offsets[part.dim]), int(offsets[part.dim + 1])):
                polyhedron = part.polyhedron(part.dim, cell)
                yield list(polyhedron.rays), self._cut(polyhedron)

    def _cut(self, cell: Polyhedron) -> list[Simplex]:
        ids = [self.numbers.setdefault(ray, len(self.numbers)) for ray in cell.rays]
        order = sorted(range(len(ids)), key=ids.__getitem__)
        return [sorted(ids[k] for k in simplex) for simplex in cell.simplices(order)]

    @property
    def points(self) -> list[list[int]]:
        """The points as a certificate has them."""
        return [list(ray) for ray in self.numbers]


def certify_regions(
    net: ReluNetwork, box: Box, limits: Limits | None = None, progress: Progress | None = None
) -> Certificate:
    """A certificate of the number of linear regions on a box, by four definitions; checked.

    >>> net = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> certify_regions(net, Box.of([(-1, 1)])).checked()
    'linear regions on the box: 3 affine, 3 closed, 3 open, 3 proper'

    Raises LimitReached if it is too large for the checker.
    """
    limits = limits or Limits()
    triangulation, simplices = _Triangulation(), list[Simplex]()
    for _, found in triangulation.cells(net, box, limits):
        simplices += found
        limits.check_now_and_then(0)
        if progress is not None and len(simplices) % 1000 == 0:
            progress(f"certificate: {len(simplices)} simplices")
    points = triangulation.points
    read = for_checker(net)
    with within_format():
        cover = check.Cover(read, points)
        patterns = cover.require_fit(simplices)
        counts = {name: check.count(cover, simplices, patterns, name) for name in DEFINITIONS}
    sides = zip(box.lower, box.upper, strict=True)
    claim: Document = {
        "kind": "regions",
        "network": network_document(net),
        "box": [[to_text(low), to_text(high)] for low, high in sides],
        "counts": counts,
    }
    evidence: Document = {"rule": "cover", "points": points, "simplices": simplices}
    certificate = Certificate(claim, evidence)
    with within_format():
        certificate.checked()
    return certificate


def certify_by_cover(claim: Claim, limits: Limits, progress: Progress) -> Certificate:
    """A certificate of a claim on all of R^d that was proved; LimitReached if it is too large."""
    labelling = claim.labelling
    cells = labelling.ifs.r**labelling.depth if labelling.depth <= 64 else MAX_CELLS + 1
    if cells > MAX_CELLS:
        raise LimitReached(f"a certificate by cover has at most {MAX_CELLS} cells of K_n")
    for refined in (False, True):  # first the network's own complex, then cut along all cells
        search = _Cells(claim, cells, refined)
        if search.sort(limits, progress):
            certificate = search.certificate()
            try:
                certificate.checked()
            except check.Rejected:
                continue
            return certificate
    raise LimitReached("no cover proves the claim (does every cell have room for positive points?)")


class _Cells:
    """The simplices of a refined complex, sorted by the cells of K_n."""

    def __init__(self, claim: Claim, cells: int, refined: bool) -> None:
        self.claim = claim
        self.document = ifs_document(claim.labelling.ifs)
        ifs = check.IFS(self.document)
        label = check.Labelling(ifs, labelling_document(claim.labelling, claim.threshold))
        depth = claim.labelling.depth
        expansions = [check.expansion_of(ifs, depth, k) for k in range(cells)]
        self.enclosures = [_rows(label.enclosure(), f) for f in expansions]
        self.cores = [_rows(label.core(f), f) for f in expansions]
        self.inner: list[list[Simplex]] = [[] for _ in range(cells)]
        self.ramps: list[list[Simplex]] = [[] for _ in range(cells)]
        self.rest: list[Simplex] = []
        self.triangulation = _Triangulation()
        self.layers = [check.scaled(layer) for layer in for_checker(claim.network).layers]
        c = claim.threshold
        self.net = with_level_units(claim.network, 0, (c, -c) if c else (c,))
        if refined:
            forms = {row for rows in (*self.cores, *self.enclosures) for row in rows}
            self.net = _with_units(self.net, sorted({max(row, _minus(row)) for row in forms}))

    def sort(self, limits: Limits, progress: Progress) -> bool:
        """Give every simplex its place; False if one has none."""
        for number, (rays, simplices) in enumerate(
            self.triangulation.cells(self.net, None, limits), 1
        ):
            limits.check_now_and_then(0)
            if number % 1000 == 0:
                progress(f"certificate: {number} cells of the complex")
            signs = [self._signs(ray) for ray in rays]
            low = max(s for _, s in signs) <= 0
            if low and (self.claim.threshold or min(s for _, s in signs) < 0):
                zeros = [ray for ray, (_, s) in zip(rays, signs, strict=True) if s == 0]
                finite = not self.claim.threshold and any(ray[-1] for ray in zeros)
                if finite and self._cell_of(zeros) is None:
                    return False
                self.rest += simplices
                continue
            k = self._cell_of(rays)
            if k is None:
                return False
            positive = min(s for s, _ in signs) >= 0 and _within(self.cores[k], rays)
            (self.inner if positive else self.ramps)[k].extend(simplices)
        return True

    def certificate(self) -> Certificate:
        """The certificate, once everything has its place."""
        claim = self.claim
        stated: Document = {
            "kind": "realises",
            "ifs": self.document,
            "depth": claim.labelling.depth,
            "network": network_document(claim.network),
            "labelling": labelling_document(claim.labelling, claim.threshold),
        }
        evidence: Document = {
            "rule": "cover",
            "points": self.triangulation.points,
            "cells": self.inner,
            "ramps": self.ramps,
            "rest": self.rest,
        }
        return Certificate(stated, evidence)

    def _signs(self, ray: Row) -> tuple[int, int]:
        """The signs of f - c and f + c."""
        _, _, last, scale = check.evaluated(self.layers, list(ray))
        c = self.claim.threshold
        value, level = last * c.denominator, c.numerator * scale
        return sign_of(value - level), sign_of(value + level)

    def _cell_of(self, rays: list[Row]) -> int | None:
        """A cell of K_n whose enclosure holds all the points."""
        labelling = self.claim.labelling
        middle = centre(tuple(rays))
        live = [(0, dehomogenised(middle))] if middle[-1] else []
        box = labelling.enclosure
        maps = inverses(labelling.ifs.maps)
        for _ in range(labelling.depth):
            images = ((k * len(maps) + i, g(x)) for k, x in live for i, g in enumerate(maps))
            live = [(k, x) for k, x in images if x in box]
        return next((k for k, _ in live if _within(self.enclosures[k], rays)), None)


def _rows(box: list[list[Fraction]], f: check.Affine) -> list[Row]:
    return [tuple(check.integers(row)) for row in check.box_rows(box, f)]


def _minus(row: Row) -> Row:
    return tuple(-v for v in row)


def _within(rows: list[Row], rays: list[Row]) -> bool:
    return all(dot(row, ray) >= 0 for row in rows for ray in rays)


def _with_units(net: ReluNetwork, forms: list[Row]) -> ReluNetwork:
    """The network with units |form| in its first layer that nothing reads."""
    first, second, *others = net.layers
    rows = tuple(tuple(map(Fraction, form)) for form in forms)
    wider = Layer(
        (*first.weight, *(row[:-1] for row in rows)),
        (*first.bias, *(row[-1] for row in rows)),
        (*first.slopes, *[ABS] * len(rows)),
    )
    unread = (Fraction(0),) * len(rows)
    weight = tuple((*row, *unread) for row in second.weight)
    return ReluNetwork((wider, Layer(weight, second.bias, second.slopes), *others))

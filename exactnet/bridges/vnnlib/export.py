"""Claims as VNN-LIB queries: one per cell of K_n and one per box of its gaps.

A query asks for an input in a box whose output lies beyond a threshold; "unsat" is good news. The
format has decimals, its readers have floats, and those of version 1.0 read strict inequalities as
non-strict ones. So a query is shifted: with c the claim's threshold, it asks for f <= c - shift on
a positive cell and for f >= -c + shift in a gap. A shift > 0 asks for less than the claim says (and
a claim that holds with equality would be "sat" without it); a shift < 0 asks for more.

Every decimal is one that the format ``dtype`` holds, written with all of its digits (halfspaces of
cells that are no boxes have exact integers of any length). ``outward`` rounds boxes and thresholds
so that the query is about more: "unsat" proves the shifted claim there. ``inward`` makes it about
less: with a shift > 0, "sat" refutes the claim. A query whose numbers are held says so: it is both.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactnet.bridges.decimals import ceiling_to, floor_to
from exactnet.bridges.rounding import FloatFormat, as_format, floor_log2
from exactnet.bridges.vnnlib.gaps import Bounds, clipped, gap_boxes, image, keeps_boxes
from exactnet.bridges.vnnlib.text import VERSIONS, VnnProperties, VnnQuery
from exactnet.errors import InputError
from exactnet.exact.rationals import RationalLike, as_rational, to_text
from exactnet.exact.rows import Row
from exactnet.exact.strict_json import write_text
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import interval_rows
from exactnet.verification.claims import Claim

__all__ = ["DEFAULT_SHIFT", "VERSIONS", "VnnProperties", "VnnQuery", "to_vnnlib"]

PARTS = ("any", "positives", "negatives")
ROUNDINGS = ("outward", "inward")
DEFAULT_SHIFT = Fraction(1, 1024)
MAX_QUERIES = 16_384


def to_vnnlib(
    claim: Claim,
    path: str | os.PathLike[str] | None = None,
    part: str = "any",
    shift: RationalLike = DEFAULT_SHIFT,
    dtype: object = "float64",
    rounding: str = "outward",
    version: str = "1.0",
) -> VnnProperties:
    """The queries that ask for a counterexample to a claim; ``path`` gets their disjunction.

    ``part`` "positives" leaves out the gaps, "negatives" the cells. Gaps are those inside the base
    K_0 (or the enlarged one, for an outer margin): nothing is asked about the rest of R^d.
    ``version`` "2.0" writes the same inequalities in the language of VNN-LIB 2.0.

    >>> from exactnet import compile_ifs, gallery, realizes
    >>> dust = gallery.cantor_dust()
    >>> claim = realizes(compile_ifs(dust, 1, "margin"), dust, 1, margin="1/8")
    >>> made = to_vnnlib(claim)
    >>> [query.name for query in made.queries]
    ['cell.1', 'cell.2', 'cell.3', 'cell.4', 'gap.base.1', 'gap.base.2', 'gap.base.3']
    >>> print(made.queries[0].note)
    exact numbers; unsat proves f > 511/1024 there, which is weaker than the claim; sat refutes it
    >>> print(made.queries[0].atoms("1.0")[-1], made.queries[0].atoms("2.0")[-1])
    (<= Y_0 0.4990234375) (<= Y[0,0] 0.4990234375)

    Raises InputError for gaps that are no boxes or lie in other cells (as with touching images and
    an outer margin), for more than 16384 cells and for numbers beyond the range of ``dtype``.
    """
    fmt = as_format(dtype)
    delta = as_rational(shift, "shift")
    for name, value, known in (
        ("part", part, PARTS), ("rounding", rounding, ROUNDINGS), ("version", version, VERSIONS),
    ):  # fmt: skip
        if value not in known:
            got = f"{value!r:.40}" if isinstance(value, str) else f"{type(value).__name__} {value}"
            raise InputError.about(name, f"one of {', '.join(known)}", f"{got:.60}", "Pick one.")
    _check_count(claim)
    maker = _Maker(claim, fmt, delta, rounding == "outward")
    queries: list[VnnQuery] = []
    if part != "negatives":
        queries += maker.cells()
    if part != "positives":
        queries += maker.gaps()
    made = VnnProperties(tuple(queries), maker.notes(part), version)
    if not queries:
        raise InputError.about("vnnlib", "something to ask", "no cell and no gap", "See --part.")
    if path is not None:
        write_text(path, made.text())
    return made


@dataclass(frozen=True, slots=True)
class _Maker:
    """Queries of a claim in one format, rounded in one direction."""

    claim: Claim
    fmt: FloatFormat
    shift: Fraction
    outward: bool

    def cells(self) -> Iterator[VnnQuery]:
        labelling = self.claim.labelling
        for cell in labelling.prefractal.cells():
            expansion = cell.map.inverse()
            core = labelling.core(expansion)
            if core is None:
                continue
            whole = image(cell.map, *core)
            box = clipped(self.claim, *whole)
            if box is None:
                continue
            rows = () if keeps_boxes(cell.map) else _pulled(interval_rows(*core), expansion)
            name = "cell" + "".join(f".{i}" for i in cell.address)
            yield from self._query(name, True, box, rows, around=box == whole)

    def gaps(self) -> Iterator[VnnQuery]:
        number: dict[str, int] = {}
        for place, *box in gap_boxes(self.claim.labelling):
            part = clipped(self.claim, box[0], box[1])
            number[place] = number.get(place, 0) + 1
            # a mere face of a gap may belong to K_n; its negatives are in the gaps beside it
            if part is not None and all(a < b for a, b in zip(*part, strict=True)):
                yield from self._query(f"gap.{place}.{number[place]}", False, part, ())

    def _query(
        self, name: str, positive: bool, box: Bounds, rows: tuple[Row, ...], around: bool = False
    ) -> Iterator[VnnQuery]:
        """The query about a region; none if rounding inwards leaves nothing of it.

        ``around``: where there are rows, they alone say what the region is, and the box is one
        around it.
        """
        down, up = (floor_to, ceiling_to) if self.outward else (ceiling_to, floor_to)
        lower = tuple(down(self.fmt, v) for v in box[0])
        upper = tuple(up(self.fmt, v) for v in box[1])
        if any(a > b for a, b in zip(lower, upper, strict=True)):
            return
        c = self.claim.threshold
        exact = c - self.shift if positive else self.shift - c
        threshold = (up if positive else down)(self.fmt, exact)
        self._check_range(*lower, *upper, threshold)
        held = all(self.fmt.holds(Fraction(v)) for row in rows for v in row)
        region = held and ((lower, upper) == box or (bool(rows) and around and self.outward))
        note = self._note(positive, threshold, region and threshold == exact)
        yield VnnQuery(name, positive, lower, upper, rows, threshold, note)

    def _check_range(self, *values: Fraction) -> None:
        for value in values:
            if not self.fmt.holds(value):
                raise InputError.about(
                    "vnnlib", f"numbers of {self.fmt.name}",
                    f"one of about 2^{floor_log2(abs(value))}", "Use a wider dtype.",
                )  # fmt: skip

    def _note(self, positive: bool, threshold: Fraction, held: bool) -> str:
        """What the two answers show, which depends on the shift and on the rounding."""
        c = self.claim.threshold
        beyond = c - threshold if positive else threshold + c  # > 0: sat is a violation
        kind = "weaker than" if beyond > 0 else "stronger than" if beyond < 0 else "as strong as"
        bound = f"f {'>' if positive else '<'} {to_text(threshold)}"
        rounded = "outwards" if self.outward else "inwards"
        words = "exact numbers" if held else f"rounded {rounded} to {self.fmt.name}"
        if held or self.outward:
            words += f"; unsat proves {bound} there, which is {kind} the claim"
        else:
            words += "; unsat proves nothing about the sliver that was cut off"
        if beyond <= 0:
            return f"{words}; sat does not refute it"
        return f"{words}; sat refutes it" + ("" if held or not self.outward else " if x lies there")

    def notes(self, part: str) -> tuple[str, ...]:
        """What holds for all queries."""
        lines = [
            f"claim: {self.claim.words()}",
            f"asked: f <= c - shift on cells, f >= -c + shift in gaps, "
            f"c = {to_text(self.claim.threshold)}, shift = {to_text(self.shift)}",
        ]
        if part != "positives":
            lines.append("gaps are asked about inside the base only, with their boundaries")
        return tuple(lines)


def _check_count(claim: Claim) -> None:
    r, n = claim.labelling.ifs.r, claim.labelling.depth
    if n > 64 or r**n > MAX_QUERIES:
        raise InputError.about(
            "depth", f"at most {MAX_QUERIES} cells", "more", "Choose a smaller depth."
        )


def _pulled(rows: tuple[Row, ...], expansion: AffineMap) -> tuple[Row, ...]:
    """Rows on local coordinates as rows on x, in integers."""
    across = expansion.homogeneous_rows()
    return tuple(
        tuple(sum(a * r[j] for a, r in zip(row, across, strict=True)) for j in range(len(row)))
        for row in rows
    )

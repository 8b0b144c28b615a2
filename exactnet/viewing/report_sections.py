"""Sections of a fractal's report that need no computation."""

from exactnet.constructions.construction import Construction
from exactnet.exact.rationals import to_text
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.ifs import IFS
from exactnet.regions.bounds import BoundRow
from exactnet.theorems.values import shown, spelled
from exactnet.verification.verdicts import Result, Verdict
from exactnet.viewing import page
from exactnet.viewing.theorem_page import number

KIND = {Verdict.PROVED: "good", Verdict.REFUTED: "bad", Verdict.UNKNOWN: "open"}


def proof_section(
    built: Construction, result: Result, network: str, certificate: str
) -> list[page.Html]:
    """The verdict, what it is about and what it rests on; links to the two files."""
    net = built.network
    positives, negatives = built.labelling.describe()
    verdict = page.verdict(result.verdict.value, KIND[result.verdict])
    parts = [
        page.paragraph(verdict, " ", result.claim),
        page.listing([
            f"positive: {positives}",
            f"negative: {negatives}",
            f"{net.depth} hidden layers, widest {net.width}, {net.neurons} units",
            page.link(network, "the network's exact weights"),
        ]),
    ]  # fmt: skip
    if result.reason:
        parts.append(page.paragraph(f"reason: {result.reason}"))
    parts += [page.paragraph("This rests on:"), page.listing(result.rests_on)]
    if result.verdict is not Verdict.UNKNOWN and result.certificate is not None:
        command = page.exact(f"exactnet check {certificate}")
        parts.append(
            page.paragraph(page.link(certificate, "The certificate"), "; check it with ", command)
        )
    return parts


def ifs_section(ifs: IFS) -> list[page.Html]:
    """The base and the maps."""
    rows = [
        (f"F_{k}", page.exact(_matrix(f.matrix)), page.exact(_vector(f.translation)))
        for k, f in enumerate(ifs.maps, 1)
    ]
    base = " x ".join(
        f"[{to_text(a)}, {to_text(b)}]" for a, b in zip(ifs.base.lower, ifs.base.upper, strict=True)
    )
    return [
        page.heading("The iterated function system"),
        page.paragraph("K_0 = ", page.exact(base), ", F_i(x) = A x + b with"),
        page.table(("map", "A", "b"), rows, stack=True),
    ]


def bounds_section(rows: list[BoundRow]) -> list[page.Html]:
    """Every bound on the number of regions."""
    lines = [(row.name, row.kind, _bound(row), row.note) for row in rows]
    return [
        page.heading("Bounds on the number of regions of any network of this size"),
        page.table(("bound", "kind", "value", "note"), lines, stack=True),
    ]


def _bound(row: BoundRow) -> str | page.Html:
    """The bound: an integer, or a certified interval that contains it."""
    return "-" if row.value is None else number(row.value)


def curve_section(curve: ApproximationCurve) -> list[page.Html]:
    """The approximation curve, level by level."""
    rows = [
        (str(j), shown(curve.P(j)), page.exact(spelled(curve.P(j)))) for j in range(curve.depth + 1)
    ]
    return [
        page.heading(f"Approximation curve ({curve.name})"),
        page.table(("j", "P(j)", "exactly"), rows),
    ]


def _matrix(matrix: tuple[tuple[object, ...], ...]) -> str:
    return f"[{', '.join(_vector(row) for row in matrix)}]"


def _vector(values: tuple[object, ...]) -> str:
    return f"[{', '.join(map(str, values))}]"

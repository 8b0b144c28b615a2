"""The report of a fractal: one page with what is proved, counted and known of it, and its files.

The page loads nothing; beside it lie the network and the certificate that it speaks of.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import floor
from pathlib import Path

from exactnet import theorems
from exactnet.constructions.compile import construct
from exactnet.constructions.construction import Construction
from exactnet.errors import ExactnetError, FileError, LimitReached
from exactnet.exact.rationals import to_text
from exactnet.exact.strict_json import write_text
from exactnet.fractals import curves
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits, Progress, silent
from exactnet.regions.bounds import BoundRow, network_table
from exactnet.regions.enumeration import enumerate_regions
from exactnet.regions.meanings import DEFINITIONS
from exactnet.theorems.report import TheoremReport
from exactnet.theorems.values import shown, spelled
from exactnet.verification.certify import certified
from exactnet.verification.claims import Claim
from exactnet.verification.prove import prove
from exactnet.verification.verdicts import Result, Verdict
from exactnet.viewing import canvas, page
from exactnet.viewing.picture import draw_beside, draw_regions
from exactnet.viewing.theorem_page import theorem_parts

PAGE, NETWORK, CERTIFICATE = "index.html", "network.json", "certificate.json"
DRAWN_AS_LINES = 1_500  # regions beyond which the picture is a bitmap
PART_SECONDS = 60.0  # for each of: proof, regions, picture, each theorem

_KIND = {Verdict.PROVED: "good", Verdict.REFUTED: "bad", Verdict.UNKNOWN: "open"}


@dataclass(frozen=True, slots=True)
class FractalReport:
    """The files of a report and the verdict on its network."""

    page: Path
    files: tuple[Path, ...]
    verdict: Verdict


def save_report(
    ifs: IFS,
    depth: int,
    directory: str | os.PathLike[str],
    method: str = "exact",
    curve: ApproximationCurve | None = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> FractalReport:
    """Write DIRECTORY/index.html with the network and the certificate beside it.

    ``limits`` bound each part of the page; a part that reaches them says so and the others stand.
    ``curve`` is that of the distribution for Theorem 3 and the gradient (default: uniform).

    Raises FileError if a file cannot be written, ConstructionError if the method does not apply.
    """
    work = _Work(ifs, depth, method, curve, limits or Limits(PART_SECONDS), progress)
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError.about(
            os.fspath(directory), "a folder", error.strerror or "none", "Name another."
        ) from None
    built = construct(ifs, depth, method)
    built.network.save(folder / NETWORK)
    result, files = work.proof(built), [folder / NETWORK]
    if result.verdict is not Verdict.UNKNOWN and result.certificate is not None:
        result = certified(result)
        result.promise.get().save(folder / CERTIFICATE)
        files.append(folder / CERTIFICATE)
    parts = [part for section in work.sections(built, result) for part in section]
    title = f"{ifs.name}, n = {depth}"
    below = f"{ifs.r} maps in dimension {ifs.dim}; the network by method '{method}'"
    write_text(folder / PAGE, page.page(title, below, parts))
    return FractalReport(folder / PAGE, (folder / PAGE, *files), result.verdict)


@dataclass(frozen=True, slots=True)
class _Work:
    """What a report is about, and how long each part of it may take."""

    ifs: IFS
    depth: int
    method: str
    curve: ApproximationCurve | None
    limits: Limits
    progress: Progress

    def fresh(self) -> Limits:
        """The limits for one part, from now on."""
        return replace(self.limits, started=time.monotonic())

    def proof(self, built: Construction) -> Result:
        """The claim of the construction, decided."""
        self.progress("report: proving")
        claim = Claim(built.network, built.labelling, built.threshold)
        return prove(claim, limits=self.fresh(), progress=self.progress)

    def sections(self, built: Construction, result: Result) -> Iterator[list[page.Html]]:
        """The parts of the page, in order."""
        yield _proof(built, result)
        yield self._or_reason("Picture", lambda: self._picture(built))
        yield _fractal(self.ifs)
        yield self._or_reason("Linear regions", lambda: self._regions(built))
        yield _bounds(network_table(built.network))
        yield [*_curve(self._curve())] if self.depth else []
        for title, theorem in self._theorems():
            yield self._or_reason(title, partial(_theorem, title, theorem))

    def _curve(self) -> ApproximationCurve:
        return self.curve or curves.uniform(self.depth)

    def _or_reason(self, title: str, make: Callable[[], list[page.Html]]) -> list[page.Html]:
        """The section, or why there is none."""
        self.progress(f"report: {title}")
        try:
            return make()
        except LimitReached as reached:
            reason = f"not finished: {reached}"
        except ExactnetError as error:
            reason = str(error)
        return [page.heading(title), page.paragraph(reason)]

    def _picture(self, built: Construction) -> list[page.Html]:
        common = (self.fresh(), self.progress)
        if self.ifs.dim == 2:
            figure, regions = draw_beside(self.ifs, built.network, self.depth, *common)
        else:
            figure, regions = draw_regions(
                built.network, self.ifs.base, self.ifs, self.depth, *common
            )
        caption = f"K_{self.depth} and the {regions:,} linear regions of the network on K_0"
        if regions <= DRAWN_AS_LINES:
            return [page.figure(canvas.rendered(figure, ".svg"), caption)]
        return [page.bitmap(canvas.rendered(figure, ".png"), caption)]

    def _regions(self, built: Construction) -> list[page.Html]:
        cx = enumerate_regions(built.network, self.ifs.base, self.fresh(), self.progress)
        rows = [(name, _count(n), DEFINITIONS[name]) for name, n in dict(cx.counts()).items()]
        faces = ", ".join(map(str, cx.f_vector))
        return [
            page.heading("Linear regions"),
            page.table(("definition", "regions on K_0", "what is counted"), rows),
            page.paragraph(
                f"Faces of dimension 0..{cx.dim}: {faces}; Euler characteristic {cx.euler}."
            ),
        ]

    def _theorems(self) -> Iterator[tuple[str, Callable[[], TheoremReport]]]:
        ifs, n, options = self.ifs, self.depth, {"progress": self.progress}
        yield "Theorem 1", lambda: theorems.theorem1(ifs, n, limits=self.fresh(), **options)


def _proof(built: Construction, result: Result) -> list[page.Html]:
    net = built.network
    positives, negatives = built.labelling.describe()
    verdict = page.verdict(result.verdict.value, _KIND[result.verdict])
    parts = [
        page.paragraph(verdict, " ", result.claim),
        page.listing([
            f"positive: {positives}",
            f"negative: {negatives}",
            f"{net.depth} hidden layers, widest {net.width}, {net.neurons} units",
            page.link(NETWORK, "the network's exact weights"),
        ]),
    ]  # fmt: skip
    if result.reason:
        parts.append(page.paragraph(f"reason: {result.reason}"))
    parts += [page.paragraph("This rests on:"), page.listing(result.rests_on)]
    if result.verdict is not Verdict.UNKNOWN and result.certificate is not None:
        command = page.exact(f"exactnet check {CERTIFICATE}")
        parts.append(
            page.paragraph(page.link(CERTIFICATE, "The certificate"), "; check it with ", command)
        )
    return parts


def _fractal(ifs: IFS) -> list[page.Html]:
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
        page.table(("map", "A", "b"), rows),
    ]


def _bounds(rows: list[BoundRow]) -> list[page.Html]:
    lines = [(row.name, row.kind, _bound(row), row.note) for row in rows]
    return [
        page.heading("Bounds on the number of regions of any network of this size"),
        page.table(("bound", "kind", "value", "note"), lines),
    ]


def _bound(row: BoundRow) -> str:
    if row.value is None:
        return "-"
    return f"{floor(row.value[0]) if isinstance(row.value, tuple) else row.value:,}"


def _curve(curve: ApproximationCurve) -> list[page.Html]:
    rows = [
        (str(j), shown(curve.P(j)), page.exact(spelled(curve.P(j)))) for j in range(curve.depth + 1)
    ]
    return [
        page.heading(f"Approximation curve ({curve.name})"),
        page.table(("j", "P(j)", "exactly"), rows),
    ]


def _theorem(title: str, theorem: Callable[[], TheoremReport]) -> list[page.Html]:
    report = theorem()
    return [page.heading(title), page.paragraph(report.statement), *theorem_parts(report, 3)]


def _count(value: object) -> str:
    return f"{value[0]} to {value[1]}" if isinstance(value, list) else str(value)


def _matrix(matrix: tuple[tuple[object, ...], ...]) -> str:
    return f"[{', '.join(_vector(row) for row in matrix)}]"


def _vector(values: tuple[object, ...]) -> str:
    return f"[{', '.join(map(str, values))}]"

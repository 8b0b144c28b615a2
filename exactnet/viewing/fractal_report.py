"""The report of a fractal: one page with what is proved, counted and known of it, and its files.

The page loads nothing; beside it lie the network and the certificate that it speaks of.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from exactnet import theorems
from exactnet.constructions.compile import construct
from exactnet.constructions.construction import Construction
from exactnet.errors import ExactnetError, FileError, InputError, LimitReached
from exactnet.fractals import curves
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.regions.bounds import network_table
from exactnet.regions.enumeration import enumerate_regions
from exactnet.regions.meanings import DEFINITIONS
from exactnet.theorems.report import TheoremReport
from exactnet.verification.certify import certified
from exactnet.verification.claims import Claim
from exactnet.verification.prove import prove
from exactnet.verification.verdicts import Result, Verdict
from exactnet.viewing import canvas, page
from exactnet.viewing.picture import draw_fractal, draw_regions
from exactnet.viewing.report_sections import (
    bounds_section,
    curve_section,
    ifs_section,
    proof_section,
)
from exactnet.viewing.shapes import check_cells
from exactnet.viewing.theorem_page import theorem_parts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE, NETWORK, CERTIFICATE = "index.html", "network.json", "certificate.json"
DRAWN_AS_LINES = 1_500  # regions beyond which the picture is a bitmap
THEOREMS = ("1", "2", "3", "gradient")
PART_SECONDS = 60.0  # for each of: proof, regions, picture, each theorem


@dataclass(frozen=True, slots=True)
class WrittenReport:
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
    wanted: Sequence[str] = THEOREMS,
) -> WrittenReport:
    """Write DIRECTORY/index.html with the network and the certificate beside it.

    Everything is computed before anything is written, and the page is written last: what interrupts
    the work leaves an older report as it was.

    ``limits`` bound each part of the page; a part that reaches them says so and the others stand.
    ``curve`` is that of the distribution for Theorem 3 and the gradient (default: uniform for the
    first, fine for the second). ``wanted`` are the theorems on the page.

    Raises FileError if a file cannot be written, InputError for a folder named like a page,
    ConstructionError if the method does not apply.
    """
    unknown = next((name for name in wanted if name not in THEOREMS), None)
    if unknown is not None:
        raise InputError.about(
            "theorems", f"some of {', '.join(THEOREMS)}", f"'{unknown!s:.20}'", "Drop it."
        )
    work = _Work(ifs, depth, method, curve, limits or Limits(PART_SECONDS), progress, tuple(wanted))
    folder = folder_for(directory)
    built = construct(ifs, depth, method)
    result, files, certificate = work.proof(built), [folder / NETWORK], None
    if result.verdict is not Verdict.UNKNOWN and result.certificate is not None:
        result = certified(result)
        certificate = result.promise.get()
    parts = [part for section in work.sections(built, result) for part in section]
    if certificate is not None:
        certificate.save(folder / CERTIFICATE)  # before the network: it may be too large
        files.append(folder / CERTIFICATE)
    built.network.save(folder / NETWORK)
    title = f"{ifs.name}, n = {depth}"
    below = f"{ifs.r} maps in dimension {ifs.dim}; the network by method '{method}'"
    page.save(folder / PAGE, title, below, parts)
    return WrittenReport(folder / PAGE, (folder / PAGE, *files), result.verdict)


def folder_for(directory: str | os.PathLike[str]) -> Path:
    """The folder, made if it is not there; FileError if it cannot be, or nothing be put in it."""
    folder, where = Path(directory), os.fspath(directory)
    if folder.suffix.lower() in (".html", ".htm"):
        raise InputError.about(
            where, "the name of a folder", f"that of a page, {PAGE} in it", "Name the folder alone."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError.about(
            where, "a folder", error.strerror or "none", "Name another."
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError.about(where, "a folder to write to", "one to read only", "Name another.")
    return folder


@dataclass(frozen=True, slots=True)
class _Work:
    """What a report is about, and how long each part of it may take."""

    ifs: IFS
    depth: int
    method: str
    curve: ApproximationCurve | None
    limits: Limits
    progress: Progress
    theorems: tuple[str, ...]

    def fresh(self) -> Limits:
        """The limits for one part, from now on."""
        return from_now(self.limits)

    def proof(self, built: Construction) -> Result:
        """The claim of the construction, decided."""
        watch = named(self.progress, "proof")
        claim = Claim(built.network, built.labelling, built.threshold)
        return prove(claim, limits=self.fresh(), progress=watch)

    def sections(self, built: Construction, result: Result) -> Iterator[list[page.Html]]:
        """The parts of the page, in order."""
        yield proof_section(built, result, NETWORK, CERTIFICATE)
        yield self._or_reason("Picture", lambda: self._picture(built))
        yield ifs_section(self.ifs)
        yield self._or_reason("Linear regions", lambda: self._regions(built, result))
        yield bounds_section(network_table(built.network))
        yield curve_section(self._curve()) if self.depth else []
        for title, theorem in self._wanted():
            yield self._or_reason(title, partial(_theorem, title, theorem))

    def _curve(self) -> ApproximationCurve:
        return self.curve or curves.uniform(self.depth)

    def _or_reason(self, title: str, make: Callable[[], list[page.Html]]) -> list[page.Html]:
        """The section, or why there is none."""
        try:
            return make()
        except LimitReached as reached:
            reason = f"not finished: {reached}"
        except ExactnetError as error:
            reason = str(error)
        return [page.heading(title), page.paragraph(reason)]

    def _picture(self, built: Construction) -> list[page.Html]:
        """K_n, where it is in a plane, and the regions with its cells."""
        limits, watch = self.fresh(), named(self.progress, "picture")
        figure, regions = draw_regions(
            built.network, self.ifs.base, self.ifs, self.depth, limits, watch
        )
        caption = f"The {regions:,} linear regions of the network on K_0, and K_{self.depth}"
        if self.ifs.dim != 2:
            return [_embedded(figure, regions, caption)]
        cells = draw_fractal(self.ifs, self.depth, limits)
        count = self.ifs.r**self.depth
        return [
            page.pair(
                _embedded(cells, count, f"K_{self.depth}"), _embedded(figure, regions, caption)
            )
        ]

    def _regions(self, built: Construction, result: Result) -> list[page.Html]:
        """The counts. Regions are convex, so each has at most one of disjoint cells in it."""
        limits, watch = self.fresh(), named(self.progress, "linear regions")
        if result.verdict is Verdict.PROVED and self.ifs.contact is Contact.DISJOINT:
            check_cells(self.ifs.prefractal(self.depth), limits)
        cx = enumerate_regions(built.network, self.ifs.base, limits, watch)
        rows = [(name, _count(n), DEFINITIONS[name]) for name, n in dict(cx.counts()).items()]
        faces = ", ".join(map(str, cx.f_vector))
        return [
            page.heading("Linear regions"),
            page.table(("definition", "regions on K_0", "what is counted"), rows, stack=True),
            page.paragraph(
                f"Faces of dimension 0..{cx.dim}: {faces}; Euler characteristic {cx.euler}."
            ),
        ]

    def _wanted(self) -> Iterator[tuple[str, Callable[[], TheoremReport]]]:
        """The theorems that are asked for; 3 and the gradient need negatives."""
        ifs, n, curve = self.ifs, self.depth, self.curve
        found: dict[str, Callable[[Progress], TheoremReport]] = {
            "1": lambda watch: theorems.theorem1(ifs, n, self.fresh(), watch),
            "2": lambda watch: theorems.theorem2(ifs, n, limits=self.fresh(), progress=watch),
            "3": lambda watch: theorems.theorem3(
                ifs, n, curve, limits=self.fresh(), progress=watch
            ),
            "gradient": lambda watch: theorems.gradient_theorem(
                ifs, n, curve, limits=self.fresh(), progress=watch
            ),
        }
        for name in self.theorems:
            if not n and name in ("3", "gradient"):
                continue
            title = "Gradient theorem" if name == "gradient" else f"Theorem {name}"
            yield title, partial(found[name], named(self.progress, title))


def named(progress: Progress, part: str) -> Progress:
    """The progress of a part of a report, with its name before each message; it has begun."""

    def watch(text: str) -> None:
        progress(f"report, {part}: {text}")

    watch("begun")
    return watch


def _embedded(figure: "Figure", shapes: int, caption: str) -> page.Html:
    """A picture in the page: lines where it has few shapes, else a bitmap."""
    if shapes <= DRAWN_AS_LINES:
        return page.figure(canvas.rendered(figure, ".svg"), caption)
    return page.bitmap(canvas.rendered(figure, ".png"), caption)


def _theorem(title: str, theorem: Callable[[], TheoremReport]) -> list[page.Html]:
    report = theorem()
    return [page.heading(title), page.paragraph(report.statement), *theorem_parts(report, 3)]


def _count(value: object) -> str:
    return f"{value[0]} to {value[1]}" if isinstance(value, list) else str(value)

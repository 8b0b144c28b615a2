"""Pictures of results, through the one canvas of the package."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactnet.constructions.compile import compile_ifs
from exactnet.errors import InputError, LimitReached
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.learning.results import Results, mean_curve
from exactnet.learning.sources import FractalSource
from exactnet.learning.statistics import Estimate
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.viewing import canvas
from exactnet.viewing.colours import GREY, INK
from exactnet.viewing.decision import DecisionComplex
from exactnet.viewing.plane import draw_cells, draw_plane, frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PALETTE = (
    "#1f6fb4", "#d1341c", "#2c8a57", "#8450a8", "#b8860b", "#0e8c99", "#c2477f",
    "#4c51bf", "#7a4b1f",
)  # fmt: skip
DECISION_SECONDS = 60.0
EXACT_LEVELS = 3  # exact networks of more have more regions than a picture shows


@dataclass(frozen=True, slots=True)
class Line:
    """A line beside the measured ones: "curve" (computed) or "reference" (published, hollow)."""

    name: str
    values: Sequence[float]
    style: str


@dataclass(frozen=True, slots=True)
class Published:
    """Published accuracies: a row a depth from 1 on, a column a size; what is said below them."""

    sizes: Sequence[int]
    rows: Sequence[Sequence[float]]
    note: str


def by_number(
    path: Path,
    what: str,
    numbers: Sequence[int],
    ours: Mapping[str, Sequence[Estimate]],
    lines: Sequence[Line],
    head: str,
    name: str = "accuracy",
) -> Path:
    """A number with confidence intervals against a number, with lines beside it."""
    figure, [axes] = canvas.figure(6.8, 4.6)
    for colour, (label, found) in zip(PALETTE, ours.items(), strict=False):
        bars(axes, numbers, found, colour, f"{label}, mean and 95 % interval")
    for colour, line in zip(PALETTE[len(ours) :], lines, strict=False):
        hollow = {"marker": "s", "linestyle": "none", "markerfacecolor": "none"}
        dashed = {"linestyle": "--", "linewidth": 1.0}
        style: dict[str, Any] = hollow if line.style == "reference" else dashed
        axes.plot(numbers, line.values, color=colour, label=line.name, **style)
    axes.set_xticks(list(numbers))
    finish(axes, what, name)
    canvas.title(axes, head, _count(next(iter(ours.values()))))
    canvas.save(figure, path)
    return path


def learning_curves(path: Path, results: Results, by: str, **fixed: object) -> Path:
    """Test accuracy by step: thin lines are seeds, bold ones means."""
    figure, [axes] = canvas.figure(7.2, 4.6)
    draw_learning(axes, results, by, **fixed)
    canvas.save(figure, path)
    return path


def draw_learning(axes: "Axes", results: Results, by: str, **fixed: object) -> None:
    """Learning curves in one panel."""
    for colour, value in zip(PALETTE, results.labels(by), strict=False):
        steps, runs = results.curve(**{by: value}, **fixed)
        for run in runs:
            axes.plot(steps[: len(run)], run, color=colour, linewidth=0.4, alpha=0.35)
        means = mean_curve(runs)
        axes.plot(steps[: len(means)], means, color=colour, linewidth=1.8, label=f"{by} {value}")
    finish(axes, "steps", "accuracy on the test set")
    where = ", ".join(f"{name} {value}" for name, value in fixed.items())
    canvas.title(axes, f"Learning curves{f', {where}' if where else ''}", "thin: one seed each")


def error_masses(path: Path, results: Results, by: str, **fixed: object) -> Path:
    """Stacked bars: the exact probability of an error by the part it is made on, mean of seeds."""
    figure, [axes] = canvas.figure(7.2, 4.6)
    values = results.labels(by)
    parts: dict[str, list[float]] = {}
    seeds: set[int] = set()
    for k, value in enumerate(values):
        source = results.cell(**{by: value}, **fixed).source
        assert isinstance(source, FractalSource)
        for level in [*map(str, range(1, source.depth + 1)), "positives"]:
            found = results.values(f"error_mass_{level}", **{by: value}, **fixed)
            seeds.add(len(found))
            column = parts.setdefault(level, [0.0] * len(values))
            column[k] = sum(found.values()) / len(found) if found else 0.0
    below = [0.0] * len(values)
    order = [*(p for p in parts if p != "positives"), "positives"]
    for level in order:
        colour = GREY if level == "positives" else PALETTE[(int(level) - 1) % len(PALETTE)]
        label = level if level == "positives" else f"negatives, level {level}"
        axes.bar(values, parts[level], bottom=below, color=colour, label=label, width=0.7)
        below = [a + b for a, b in zip(below, parts[level], strict=True)]
    finish(axes, by, "probability of an error")
    least, most = min(seeds), max(seeds)
    count = f"{least}" if least == most else f"{least} to {most}"
    canvas.title(
        axes, "Where trained networks err", f"exact, by integration; mean of {count} seeds a bar"
    )
    canvas.save(figure, path)
    return path


def by_depth(
    path: Path, results: Results, size: str, head: str, published: Published | None
) -> Path:
    """Accuracy by a size, a line a depth; published numbers beside it, hollow and dotted."""
    figure, axes = canvas.figure(11.2 if published else 6.8, 4.7, columns=2 if published else 1)
    ours = [int(value) for value in results.labels(size)]
    lines = list(zip(results.labels("depth"), PALETTE, strict=False))
    for depth, colour in lines:
        found = [results.estimate(depth=depth, **{size: value}) for value in ours]
        bars(axes[0], ours, found, colour, f"depth {depth}")
    canvas.title(axes[0], f"Accuracy by depth and {size}", head)
    _size_axis(axes[0], size, ours)
    if published is not None:
        for depth, colour in lines:
            axes[1].plot(
                published.sizes, published.rows[int(depth) - 1], color=colour, marker="s",
                markerfacecolor="none", linestyle=":", label=f"depth {depth}",
            )  # fmt: skip
        canvas.title(axes[1], "The talk's numbers", published.note)
        _size_axis(axes[1], size, published.sizes)
        low = min(0.48, *(one.get_ylim()[0] for one in axes))
        for one in axes:
            one.set_ylim(low, 1.01)
    canvas.save(figure, path)
    return path


def _size_axis(axes: "Axes", size: str, values: Sequence[int]) -> None:
    """A logarithmic axis with a tick at each of the sizes."""
    axes.set_xscale("log")
    axes.set_xticks(list(values), [str(value) for value in values])
    axes.minorticks_off()
    finish(axes, size, "accuracy")


def decisions(folder: Path, results: Results, seed: int = 0, **labels: object) -> list[Path]:
    """A learned network's regions beside the exact network of the K_j that it is nearest to.

    No picture where the learned network was not integrated, or has too many regions to draw.
    """
    index = results.index(**labels)
    cell = results.plan.cells[index]
    source = cell.source
    assert isinstance(source, FractalSource)
    nearest = results.store.values(index, "nearest").get(seed)
    if source.ifs.dim != 2 or not isinstance(nearest, int):
        return []
    net = cell.architecture.network(results.store.parameters(index, seed))
    shown = min(nearest, EXACT_LEVELS)
    try:
        pair = _cut(net, source), _cut(_exact(source.ifs, shown), source)
    except (LimitReached, InputError):
        return []
    figure, panels = canvas.figure(11.2, 5.9, columns=2)
    for axes, cut in zip(panels, pair, strict=True):
        draw_plane(axes, cut)
        draw_cells(axes, source.ifs.prefractal(min(source.depth, EXACT_LEVELS)), filled=False)
        frame(axes, source.ifs.base, ("$x_1$", "$x_2$"))
    canvas.title(
        panels[0], f"Learned, {cell.name}, seed {seed}",
        f"{pair[0].regions:,} regions; bold: $f = 0$; red: cells of the fractal",
    )  # fmt: skip
    canvas.title(
        panels[1], f"Exact network of $K_{{{shown}}}$",
        f"the learned one is nearest to $K_{{{nearest}}}$; {pair[1].regions:,} regions",
    )  # fmt: skip
    ending = "-".join(str(value).replace("/", "_").replace(" ", "-") for value in labels.values())
    path = folder / f"decision-{ending}.png"
    canvas.save(figure, path)
    return [path]


def _exact(ifs: IFS, depth: int) -> ReluNetwork:
    """The exact network, or the margin network where images touch."""
    return compile_ifs(ifs, depth, "exact" if ifs.contact is Contact.DISJOINT else "margin")


def _cut(net: ReluNetwork, source: FractalSource) -> DecisionComplex:
    return DecisionComplex.of(net, source.ifs.base, Limits(seconds=DECISION_SECONDS))


def bars(
    axes: "Axes", x: Sequence[int], found: Sequence[Estimate], colour: str, label: str
) -> None:
    """Means with their confidence intervals, joined by a line; no interval where a run is alone."""
    known = [(place, one) for place, one in zip(x, found, strict=True) if one.count]
    sides = [
        (one.mean - one.low, one.high - one.mean) if one.count > 1 else (0.0, 0.0)
        for _, one in known
    ]
    axes.errorbar(
        [place for place, _ in known], [one.mean for _, one in known],
        yerr=list(zip(*sides, strict=True)) or None, color=colour, marker="o", markersize=4,
        linewidth=1.3, capsize=3, label=label,
    )  # fmt: skip


def finish(axes: "Axes", x: str, y: str) -> None:
    """Names of the axes, a faint grid, a legend."""
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    axes.grid(color="#e5e7eb", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(fontsize=7.5, frameon=False)


def _count(found: Sequence[Estimate]) -> str:
    return f"{found[0].count} seeds"


def runs(results: Results) -> str:
    """What the bars of a picture are, and of how many runs."""
    steps, seeds = results.plan.cells[0].training.steps, len(results.plan.seeds)
    return f"mean and 95 % interval, {seeds} seeds, {steps:,} steps"

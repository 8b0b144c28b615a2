"""(e) Convolutional networks on CIFAR-10, or on small images where that is not at hand."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactnet.learning import panels
from exactnet.learning.convolutional import Convolutional
from exactnet.learning.experiments.base import SEEDS, Experiment, Table, labels
from exactnet.learning.figures import Published, learning_curves
from exactnet.learning.images import DIGITS, ImageSource
from exactnet.learning.plans import Analysis, Cell, Plan
from exactnet.learning.published import CHANNELS, CIFAR10
from exactnet.learning.results import Reference, Results, Trend
from exactnet.learning.settings import Training

DEPTHS = (1, 2, 3, 4, 5)
SMALL_DEPTHS, SMALL_CHANNELS = (1, 2, 3), (2, 4, 8)
RATE = Fraction(1, 1000)  # not stated; Adam's usual one
SMALL = {DIGITS: 400}  # steps
SMALL_STEPS = 100


def plan(small: bool) -> Plan:
    """The digits, in the layout that keeps the size of the image."""
    return on_images(small, ImageSource(), {})


def on_images(small: bool, source: ImageSource, layout: Mapping[str, Any]) -> Plan:
    """Depths by channels on some images."""
    cells = [
        Cell(
            labels(depth=depth, channels=channels),
            source,
            Convolutional(source.shape, (channels,) * depth, source.classes, **layout),
            _training(small, source.data),
        )
        for depth in (SMALL_DEPTHS if small else DEPTHS)
        for channels in (SMALL_CHANNELS if small else CHANNELS)
    ]
    if small:
        read = len(SEEDS) if source.data == DIGITS else 3
        return Plan("cifar10", tuple(cells), SEEDS, Analysis(losses=read, seconds=30))
    return Plan("cifar10", tuple(cells), SEEDS, Analysis(losses=10, seconds=3600), stack=2)


def _training(small: bool, data: str) -> Training:
    if not small:
        return Training(
            steps=60_000, loss="cross-entropy", rate=RATE, test_examples=10_000,
            evaluate_every=2_000,
        )  # fmt: skip
    steps = SMALL.get(data, SMALL_STEPS)
    return Training(
        steps=steps, loss="cross-entropy", rate=RATE, batch=50, test_examples=500,
        evaluate_every=steps // 5,
    )  # fmt: skip


def draw(results: Results, folder: Path) -> list[Path]:
    """Accuracy by channels, a line a depth; learning curves; images that are got wrong."""
    official = _source(results).official
    last = results.labels("channels")[-1]
    published = Published(CHANNELS, CIFAR10, "60,000 steps; which line is which is a reading")
    return [
        panels.by_channels(folder / "accuracy.png", results, published if official else None),
        learning_curves(folder / "learning.png", results, "depth", channels=last),
        *panels.mistakes(folder / "mistakes.png", results),
    ]


def trends(results: Results) -> list[Trend]:
    """Deeper above shallower, wider above narrower."""
    depths, channels = results.labels("depth"), results.labels("channels")
    found = [
        results.trend(
            f"{wide} channels: depth {depths[-1]} above depth {depths[0]}",
            {"depth": depths[-1], "channels": wide},
            {"depth": depths[0], "channels": wide},
        )
        for wide in channels
    ]
    return found + [
        results.trend(
            f"depth {deep}: {channels[-1]} channels above {channels[0]}",
            {"depth": deep, "channels": channels[-1]},
            {"depth": deep, "channels": channels[0]},
        )
        for deep in depths
    ]


def references(results: Results) -> list[Reference]:
    """The talk's accuracies, for CIFAR-10 only."""
    if not _source(results).official:
        return []
    return [
        Reference(
            f"depth {depth}, {channels} channels",
            CIFAR10[int(depth) - 1][CHANNELS.index(int(channels))],
            results.estimate(depth=depth, channels=channels),
        )
        for depth in results.labels("depth")
        for channels in results.labels("channels")
        if int(channels) in CHANNELS
    ]


def tables(results: Results) -> list[Table]:
    """Exact errors on the test set, beside what floats said."""
    read = [results.store.values(number, "images") for number in range(len(results.plan.cells))]
    if not any(read):
        return []
    rows = tuple(
        (cell.name, *_exact_row(results, number))
        for number, cell in enumerate(results.plan.cells)
        if read[number]
    )
    [count, *_] = (count for one in read for count in one.values())
    heads = ("cell", "errors by seed", "floats count the same", "activation regions")
    return [Table(f"errors on {count} test images, exact", heads, rows)]


def _exact_row(results: Results, number: int) -> tuple[str, str, str]:
    """The least and the most errors, how often floats agree, the fewest regions."""
    store = results.store
    exact, accuracy = (store.values(number, name) for name in ("exact_errors", "accuracy"))
    count = store.values(number, "images")
    regions = [int(str(v)) for v in store.values(number, "activation_regions_at_least").values()]
    errors = {seed: int(str(value)) for seed, value in exact.items()}
    same = sum(
        round((1 - float(str(accuracy[seed]))) * int(str(count[seed]))) == value
        for seed, value in errors.items()
    )
    spread = f"{min(errors.values())}..{max(errors.values())}" if errors else "undecided"
    return spread, f"{same} of {len(errors)}", f">= {min(regions)}"


def remarks(results: Results) -> list[str]:
    """What is compared with what."""
    source = _source(results)
    if source.official:
        return ["the talk states neither padding nor stride, pools, rate or batch"]
    return [f"images: {source.title}; the published numbers are for CIFAR-10"]


def _source(results: Results) -> ImageSource:
    source = results.plan.cells[0].source
    assert isinstance(source, ImageSource)
    return source


EXPERIMENT = Experiment(
    "cifar10", "convolutional networks by depth and channels, --data CIFAR-10 or digits", plan,
    draw, trends, references, tables, remarks, on_images,
)  # fmt: skip

"""Pictures of the experiments on images and on FizzBuzz."""

from pathlib import Path

import numpy as np

from exactnet.learning.figures import Published, by_depth, runs
from exactnet.learning.fizzbuzz_data import ASKED
from exactnet.learning.images import ImageSource
from exactnet.learning.results import Results
from exactnet.learning.sources import TEST
from exactnet.viewing import canvas
from exactnet.viewing.colours import FRACTAL, GREY, INK

SHOWN = 12  # images that are got wrong
FAINT = "#eef0f3"


def by_channels(path: Path, results: Results, published: Published | None) -> Path:
    """Accuracy by channels, a line a depth."""
    source = results.plan.cells[0].source
    name = source.title if isinstance(source, ImageSource) else "images"
    return by_depth(path, results, "channels", f"{name}; {runs(results)}", published)


def mistakes(path: Path, results: Results, seed: int = 0) -> list[Path]:
    """Test images that the last cell's network gets wrong, with their class and what is said."""
    index = len(results.plan.cells) - 1
    cell = results.plan.cells[index]
    source = cell.source
    wrong = results.store.values(index, "wrong").get(seed)
    if not isinstance(source, ImageSource) or not wrong:
        return []
    entries = str(wrong).split()[:SHOWN]
    images = source.images(TEST, cell.training.test_examples)
    figure, axes = canvas.figure(11.2, 1.75, columns=SHOWN)
    for one in axes:
        one.axis("off")
    for one, entry in zip(axes, entries, strict=False):
        number, _, said = entry.partition(":")
        picture = images.pixels[int(number)].transpose(1, 2, 0).astype(float)
        picture /= 2 * source.centre - (source.centre > 8)
        label = source.names[int(images.labels[int(number)])]
        one.imshow(picture.squeeze(), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
        one.set_title(f"{label}\nsaid {said}", fontsize=7.5, color=INK)
    figure.suptitle(
        f"Images got wrong, decided exactly: {cell.name}, seed {seed}, "
        f"{len(entries)} of {len(str(wrong).split())}",
        fontsize=9, color=GREY,
    )  # fmt: skip
    canvas.save(figure, path)
    return [path]


def wrong_numbers(path: Path, results: Results) -> Path:
    """A row a seed, a column a number of 1..100; red where the answer is wrong."""
    found = results.store.values(0, "wrong")
    seeds = list(found)
    figure, [axes] = canvas.figure(11.2, 1.3 + 0.19 * min(len(seeds) + 1, 40))
    table = np.zeros((len(seeds) + 1, len(ASKED)))
    for row, seed in enumerate(seeds, 1):
        for entry in str(found[seed]).split():
            table[row, int(entry.partition(":")[0]) - ASKED[0]] = 1
    for row, line in enumerate(table):
        for wrong, colour in ((0, FAINT), (1, FRACTAL)):
            places = [n for n, value in zip(ASKED, line, strict=True) if value == wrong]
            axes.bar(places, 0.86, bottom=row - 0.43, width=0.86, color=colour, linewidth=0)
    axes.set_yticks(range(len(seeds) + 1), ["exact", *(f"seed {s}" for s in seeds)], fontsize=7)
    axes.set_xticks([1, *range(10, 101, 10)])
    axes.set_xlim(0.4, 100.6)
    axes.set_ylim(len(seeds) + 0.6, -0.6)
    axes.set_xlabel("number", color=INK)
    canvas.title(
        axes, "FizzBuzz: which numbers are wrong, decided exactly",
        "first row: the exact network of 18 ReLUs; one trained network a row below",
    )  # fmt: skip
    canvas.save(figure, path)
    return path

"""Pictures of region counts while training."""

from pathlib import Path
from typing import TYPE_CHECKING

from exactnet.learning.figures import PALETTE, draw_learning, finish
from exactnet.learning.moments import RegionsAt
from exactnet.learning.results import Results
from exactnet.viewing import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def learning_with_regions(path: Path, results: Results, by: str, **fixed: object) -> Path:
    """Learning curves beside the exact numbers of regions of the watched seeds.

    Without any count, as ``figures.learning_curves``.
    """
    counts = {
        value: results.store.regions(results.index(**{by: value}, **fixed))
        for value in results.labels(by)
    }
    columns = 2 if any(counts.values()) else 1
    figure, axes = canvas.figure(7.2 if columns == 1 else 12.4, 4.6, columns=columns)
    draw_learning(axes[0], results, by, **fixed)
    if columns == 2:
        _draw_regions(axes[1], counts, by)
    canvas.save(figure, path)
    return path


def _draw_regions(axes: "Axes", counts: dict[str, dict[int, list[RegionsAt]]], by: str) -> None:
    """A line a watched seed: dots are exact, hollow triangles lower bounds."""
    bounded = False
    for colour, (value, runs) in zip(PALETTE, counts.items(), strict=False):
        label: str | None = f"{by} {value}"
        for run in runs.values():
            axes.plot([one.step for one in run], [one.count for one in run], color=colour,
                      linewidth=1.0, alpha=0.8, label=label)  # fmt: skip
            label = None
            for complete, marker in ((True, "o"), (False, "^")):
                chosen = [one for one in run if one.complete is complete]
                bounded |= bool(chosen) and not complete
                axes.plot(
                    [one.step for one in chosen], [one.count for one in chosen], marker,
                    color=colour, markersize=4.5, markerfacecolor=colour if complete else "none",
                )  # fmt: skip
    axes.set_ylim(bottom=0)
    finish(axes, "steps", "linear regions (proper)")
    seeds = max(len(runs) for runs in counts.values())
    below = f"exact, on $K_0$; {seeds} seed{'s' if seeds > 1 else ''} each"
    hollow = "; hollow triangles: at least so many" if bounded else ""
    canvas.title(axes, "Regions while training", below + hollow)

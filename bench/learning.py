"""A small experiment with what it took, its trends, and its distances from the talk, as tables.

    python bench/learning.py NAME [--results DIR] [--images DIR]     finished results are used again
    python bench/learning.py --cost                                  what the full settings cost

The first runs what is missing in DIR (by default a temporary folder) and copies the figures to the
folder of images.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from exactnet.cli.learning_options import seconds_text
from exactnet.learning.cost import costs
from exactnet.learning.execution import RESULTS, run_plan
from exactnet.learning.experiments.registry import EXPERIMENTS, find
from exactnet.learning.results import Results


def report(name: str, root: Path, images: Path | None) -> None:
    experiment = find(name)
    run_plan(experiment.plan(True), root, resume=True)
    with Results.open(root / RESULTS) as results:
        for picture in experiment.figures(results, root):
            if images is not None:
                shutil.copy(picture, images / f"learning-{name}-{picture.name}")
        trends, references = experiment.trends(results), experiment.references(results)
        tables, remarks = experiment.tables(results), experiment.remarks(results)
        training = results.plan.cells[0].training
        seconds = sum(seconds for _, seconds, _ in results.store.speeds())
    print(
        f"{len(results.plan.cells)} cells, {len(results.plan.seeds)} seeds, {training.steps:,} "
        f"steps each; training took {seconds_text(seconds)} of one core.\n"
    )
    print("| statement | difference, 95 % interval | verdict |\n|---|---|---|")
    words = {True: "holds", False: "fails", None: "undecided"}
    for trend in trends:
        print(f"| {trend.statement} | {trend.difference.words()} | {words[trend.holds]} |")
    if references:
        print("\n| | talk | ours, 95 % interval | ours − talk |\n|---|---|---|---|")
        for one in references:
            print(
                f"| {one.what} | {one.published:.3f} | {one.ours.words()} "
                f"| {one.difference:+.3f} |"
            )  # fmt: skip
    for table in tables:
        print(f"\n{table.title[:1].upper()}{table.title[1:]}:\n")
        print(f"| {' | '.join(table.heads)} |\n|{'---|' * len(table.heads)}")
        for row in table.rows:
            print(f"| {' | '.join(row)} |")
    for remark in remarks:
        print(f"\n{remark[:1].upper()}{remark[1:]}.")


def price() -> None:
    print("| experiment | runs | steps/s, slowest cell | a run, longest | all runs |")
    print("|---|---|---|---|---|")
    for experiment in EXPERIMENTS.values():
        plan = experiment.plan(False)
        found = costs(plan)
        runs = len(plan.cells) * len(plan.seeds)
        slowest = min(one.steps_per_second for one in found)
        longest = max(one.run for one in found)
        total = sum(one.seconds for one in found)
        print(
            f"| {plan.name} | {runs} | {slowest:,.0f} | {seconds_text(longest)} "
            f"| {seconds_text(total)} |",
            flush=True,
        )
    print(
        "\nSteps of one network a second while ten are trained together, one process, one thread."
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="small experiments, and what full ones cost")
    parser.add_argument("name", nargs="?", choices=list(EXPERIMENTS))
    parser.add_argument("--results", type=Path)
    parser.add_argument("--images", type=Path)
    parser.add_argument("--cost", action="store_true")
    options = parser.parse_args(arguments)
    if options.cost:
        price()
        return 0
    if options.name is None:
        parser.error("NAME or --cost")
    with tempfile.TemporaryDirectory() as folder:
        report(options.name, options.results or Path(folder), options.images)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``exactnet experiment``: run a named experiment, or say what it costs or found."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactnet.cli import output
from exactnet.cli.image_options import add_images, chosen_plan
from exactnet.cli.learning_options import add_training, seconds_text, training_changes
from exactnet.cli.train import diverged
from exactnet.errors import InputError
from exactnet.exact.strict_json import read_document

if TYPE_CHECKING:
    from exactnet.learning.experiments.base import Experiment, Table
    from exactnet.learning.plans import Plan
    from exactnet.learning.results import Reference, Results, Trend

TRENDS = "trends"
COLLECTED = ("curves", "growing", "grid")  # what the talk claims, for ``experiment trends``
MAX_SEEDS = 1_000


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("experiment", help="run one of the talk's experiments, or more")
    command.add_argument(
        "name", nargs="?", metavar="NAME",
        help=f"none: list them; {TRENDS}: {', '.join(COLLECTED)}, and whether they agree",
    )  # fmt: skip
    command.add_argument("--small", action="store_true", help="minutes, not days")
    command.add_argument("-o", "--output", metavar="DIR", help="default: experiments/NAME[-small]")
    command.add_argument("--resume", action="store_true", help="go on with what is there")
    command.add_argument("--workers", type=int, metavar="N", help="processes; default: all cores")
    command.add_argument("--scheduler", metavar="ADDRESS", help="of Dask, in place of --workers")
    command.add_argument("--seeds", type=int, metavar="N", help="default: 10")
    command.add_argument("--plan", metavar="FILE", help="cells and settings from this JSON file")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--print-plan", action="store_true", help="print the plan; run nothing")
    what.add_argument("--cost", action="store_true", help="measure speed, project the total")
    what.add_argument("--check", action="store_true", help="trends of finished results only")
    add_training(command)
    add_images(command)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Run it; with --check, status 1 if a trend is the other way round."""
    from exactnet.learning.experiments.registry import EXPERIMENTS, find

    if options.name is None:
        return _list(options, EXPERIMENTS)
    if options.name == TRENDS:
        return _together(options, [find(name) for name in COLLECTED])
    experiment = find(options.name)
    plan = _plan(options, experiment)
    if options.print_plan:
        output.show(json.dumps(plan.document(), indent=1))
        return 0
    if options.cost:
        return _cost(options, plan)
    default = Path("experiments") / f"{experiment.name}{'-small' if options.small else ''}"
    root = Path(options.output) if options.output else default
    found = _found(options, experiment, plan, root)
    if options.json:
        output.as_json(found)
    return _status(options, [found])


def _list(options: argparse.Namespace, experiments: "dict[str, Experiment]") -> int:
    if options.json:
        return output.as_json({name: one.summary for name, one in experiments.items()})
    output.table(("name", "what"), [(name, one.summary) for name, one in experiments.items()])
    return 0


def _plan(options: argparse.Namespace, experiment: "Experiment") -> "Plan":
    from exactnet.learning.kinds import read_plan

    plan = chosen_plan(options, experiment)
    if options.plan is not None:
        plan = read_plan(read_document(options.plan), options.plan)
    if options.seeds is not None:
        if not 1 <= options.seeds <= MAX_SEEDS:
            raise InputError.about("--seeds", f"1..{MAX_SEEDS}", f"{options.seeds}", "Try 10.")
        plan = replace(plan, seeds=tuple(range(options.seeds)))
    changes = training_changes(options)
    steps = changes.get("steps")
    if isinstance(steps, int) and "evaluate_every" not in changes:
        changes["evaluate_every"] = max(1, steps // 10)
    return plan.with_training(**changes)


def _found(
    options: argparse.Namespace, experiment: "Experiment", plan: "Plan", root: Path
) -> dict[str, object]:
    """Run what is to be run; print trends and distances from the talk; all of it as a document."""
    from exactnet.learning.execution import RESULTS
    from exactnet.learning.results import Results

    path = root / RESULTS
    if not options.check:
        _run(options, plan, root)
    with Results.open(path) as results:
        pictures = [] if options.check else experiment.figures(results, root)
        trends, references = experiment.trends(results), experiment.references(results)
        tables, remarks = experiment.tables(results), experiment.remarks(results)
        if not options.json:
            _print(results, path, pictures, trends, references)
            _print_more(tables, remarks)
        bad = results.store.diverged()
        if bad:
            raise diverged(bad[0][0], bad[0][1], bad[0][2])
    return {
        "experiment": experiment.name,
        "results": str(path),
        "figures": [str(picture) for picture in pictures],
        "trends": [_trend(trend) for trend in trends],
        "references": [_reference(one) for one in references],
        "tables": [_table(one) for one in tables],
        "remarks": remarks,
    }


def _run(options: argparse.Namespace, plan: "Plan", root: Path) -> None:
    from exactnet.learning.execution import run_plan

    with output.progress() as progress, _client(options) as client:
        run_plan(
            plan, root, resume=options.resume, workers=options.workers, client=client,
            progress=progress,
        )  # fmt: skip


@contextmanager
def _client(options: argparse.Namespace) -> Iterator[Any]:
    """A client of the cluster that was named, else None."""
    if options.scheduler is None:
        yield None
        return
    if options.workers is not None:
        raise InputError.about("--scheduler", "no --workers", "both", "Drop one of them.")
    from exactnet.cli.cluster import connect

    with connect(options.scheduler) as client:
        yield client


def _print_more(tables: "list[Table]", remarks: list[str]) -> None:
    for one in tables:
        output.show(one.title)
        output.table(one.heads, one.rows)
    for line in remarks:
        output.show(line)


def _table(one: "Table") -> dict[str, object]:
    rows = [dict(zip(one.heads, row, strict=True)) for row in one.rows]
    return {"title": one.title, "rows": rows}


def _print(
    results: "Results", path: Path, pictures: list[Path], trends: "list[Trend]",
    references: "list[Reference]",
) -> None:  # fmt: skip
    plan = results.plan
    training = plan.cells[0].training
    output.show(
        f"{plan.name}: {len(plan.cells)} cells, {len(plan.seeds)} seeds, {training.steps} steps"
    )
    for file in (path, *pictures):
        output.show(f"  {file}")
    output.show("trends: mean differences over seeds with 95 % intervals")
    for trend in trends:
        output.show(f"  {trend.words()}")
    if references:
        output.show("the talk's accuracies beside ours")
        output.table(
            ("", "talk", "ours, 95 % interval", "ours - talk"),
            [
                (
                    one.what, f"{one.published:.3f}", one.ours.words(),
                    f"{one.difference:+.3f}" if one.ours.count else "-",
                )
                for one in references
            ],
        )  # fmt: skip


def _trend(trend: "Trend") -> dict[str, object]:
    mean, interval = trend.difference.document
    return {
        "statement": trend.statement,
        "holds": trend.holds,
        "difference": mean,
        "interval": interval,
        "seeds": trend.difference.count,
    }


def _reference(one: "Reference") -> dict[str, object]:
    mean, interval = one.ours.document
    return {
        "what": one.what,
        "published": one.published,
        "ours": mean,
        "interval": interval,
        "difference": None if mean is None else one.difference,
    }


def _together(options: argparse.Namespace, experiments: "list[Experiment]") -> int:
    """Several experiments, each in its folder, going on where there is something already."""
    root = Path(options.output or f"experiments{'/small' if options.small else '/full'}")
    options.resume = True
    if options.plan or options.print_plan or options.cost:
        raise InputError.about(TRENDS, "one experiment for that option", "several", "Name one.")
    found = [_found(options, one, _plan(options, one), root / one.name) for one in experiments]
    if options.json:
        output.as_json({"experiments": found})
    return _status(options, found)


def _status(options: argparse.Namespace, found: list[dict[str, object]]) -> int:
    trends = [trend for one in found for trend in one["trends"]]  # type: ignore[attr-defined]
    return int(options.check and any(trend["holds"] is False for trend in trends))


def _cost(options: argparse.Namespace, plan: "Plan") -> int:
    from exactnet.learning.cost import costs

    with output.progress() as progress:
        found = costs(plan, progress)
    total = sum(one.seconds for one in found)
    if options.json:
        cells = [asdict(one) for one in found]
        return output.as_json({"cells": cells, "runs": len(plan.seeds), "seconds": total})
    rows = [
        (one.cell, f"{one.steps_per_second:,.0f}", *map(seconds_text, (one.run, one.seconds)))
        for one in found
    ]
    output.table(("cell", "steps/s", "a run", f"{len(plan.seeds)} seeds"), rows)
    output.show(f"total: {seconds_text(total)} of one process, without exact analysis")
    return 0

"""``exactnet gallery``: the depth separations, all of them or everything about one."""

import argparse

from exactnet.cli import output
from exactnet.cli.inputs import sizes_given
from exactnet.cli.separations import exactness, facts, size
from exactnet.constructions import separations
from exactnet.constructions.separations.record import Separation
from exactnet.errors import InputError
from exactnet.exact.rationals import to_text
from exactnet.fractals import gallery
from exactnet.limits import Limits

OUTCOMES = {"holds": 0, "fails": 1, "does not apply": 0, "unknown": output.UNKNOWN}
HEADS = ("name", "function", "network", "exactness", "regions", "one hidden layer", "evidence")


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser(
        "gallery", help="functions that depth makes small, with what is proved"
    )
    command.add_argument("name", nargs="?", metavar="NAME", help="everything about this one")
    command.add_argument(
        "--size", nargs="+", action="extend", metavar="KEY=N", help="parameters, such as k=6"
    )
    command.add_argument("--time-limit", type=float, default=120.0, metavar="SECONDS")
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """List every depth separation, or report on one of them."""
    from exactnet.theorems.separations.examine import examine_separation

    limits = Limits(options.time_limit)
    sizes = sizes_given(options)
    if options.name in gallery.names():
        raise InputError.about(
            "separation", "a depth separation", f"the fractal '{options.name}'",
            f"See exactnet fractals {options.name}.",
        )  # fmt: skip
    if options.name is not None:
        entry = separations.get(options.name, **sizes)
        with output.progress() as progress:
            report = examine_separation(entry, limits, progress)
        if options.json:
            output.as_json(facts(entry) | report.document())
        else:
            output.show(f"{entry.title}: {entry.target.expression}")
            output.show(report.text())
        return OUTCOMES[report.verdict.value]
    if sizes:
        raise InputError.about("--size", "a name", "none", "Write gallery telgarsky --size k=6.")
    with output.progress() as progress:
        entries = [separations.get(name) for name in separations.names()]
        reports = [examine_separation(entry, limits, progress) for entry in entries]
    rows = list(zip(entries, reports, strict=True))
    if options.json:
        listed = [facts(entry) | _summary(report.document()) for entry, report in rows]
        return output.as_json({"separations": listed, "fractals": list(gallery.names())})
    output.table(HEADS, [_row(entry, report.document()) for entry, report in rows])
    output.show(f"\nfractals (exactnet fractals): {', '.join(gallery.names())}")
    return 0


def _summary(document: dict[str, object]) -> dict[str, object]:
    return {key: document[key] for key in ("verdict", "sizes", "comparisons", "rests_on")}


def _row(entry: Separation, document: dict[str, object]) -> tuple[str, ...]:
    sizes = document["sizes"]
    assert isinstance(sizes, dict)
    counted = sizes.get("regions", f"rank {sizes['rank']}" if "rank" in sizes else "-")
    least = sizes.get("shallow at least")
    rival = entry.shallow
    shown = "none exhibited" if rival is None else f"{rival.units} exhibited"
    if rival is not None and rival.error > entry.error:
        shown += f" (error {to_text(rival.error)})"
    none = "none equal" if entry.norm == "equal" else "-"
    bound = f">= {least}" if least is not None else none
    expression = entry.target.expression
    short = expression if len(expression) <= 36 else f"{expression[:33]}..."
    return (
        entry.title, short, size(entry), exactness(entry), str(counted),
        f"{bound}, {shown}", str(document["verdict"]),
    )  # fmt: skip

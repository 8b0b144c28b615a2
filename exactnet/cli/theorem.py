"""``exactnet theorem``: a theorem of the talk on an instance, hypotheses and both sides."""

import argparse
from collections.abc import Callable

from exactnet import theorems
from exactnet.bridges.files import load_network
from exactnet.cli import output
from exactnet.cli.inputs import add_curve, find_curve, find_ifs
from exactnet.constructions.compile import METHODS
from exactnet.errors import InputError
from exactnet.limits import Limits
from exactnet.theorems.report import Outcome, TheoremReport

_STATUS = {Outcome.HOLDS: 0, Outcome.DOES_NOT_APPLY: 0, Outcome.FAILS: 1, Outcome.UNKNOWN: 3}
_COLOUR = {Outcome.HOLDS: "32", Outcome.FAILS: "31"}

# which options a theorem takes, and by what name its function knows them
_OPTIONS = {
    "1": (),
    "2": ("layers", "width", "method", "network"),
    "3": ("curve", "layers", "width", "level", "scale", "part", "negatives"),
    "gradient": ("curve", "layers", "width", "initialisations", "seed", "loss", "delta"),
    "conjecture": ("curve", "layers", "width", "initialisations", "seed"),
}
_FUNCTION: dict[str, str] = {
    "1": "theorem1",
    "2": "theorem2",
    "3": "theorem3",
    "gradient": "gradient_theorem",
    "conjecture": "observe_conjecture",
}


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser(
        "theorem", help="does a theorem hold for an instance, do its hypotheses, how tight is it"
    )
    command.add_argument("number", choices=tuple(_FUNCTION), metavar="1|2|3|gradient|conjecture")
    command.add_argument("ifs", metavar="IFS", help="a gallery name or a JSON file")
    command.add_argument("--depth", type=int, required=True, metavar="N")
    add_curve(command)
    command.add_argument("--layers", type=int, metavar="t", help="hidden layers (all but 1)")
    command.add_argument("--width", type=int, metavar="k", help="their width (all but 1)")
    command.add_argument("--method", choices=METHODS, help="of the realising network (2)")
    command.add_argument("--network", metavar="FILE", help="a realising network (2)")
    command.add_argument("--level", type=int, metavar="j", help="one level of the fractal (3)")
    command.add_argument("--scale", type=int, metavar="s", help="k < r^s (3)")
    command.add_argument("--negatives", choices=("shell", "central"), help="default shell (3)")
    command.add_argument("--part", type=int, choices=(1, 2), help="of theorem 3; default both")
    command.add_argument("--initialisations", type=int, metavar="M", help="networks (gradient)")
    command.add_argument("--seed", type=int, metavar="S", help="of the initialisations (gradient)")
    command.add_argument("--loss", choices=("hinge", "logistic"), help="default hinge (gradient)")
    command.add_argument("--delta", metavar="P/Q", help="probability of failure (gradient)")
    command.add_argument(
        "--time-limit", type=float, metavar="SECONDS", help="default: 45 for theorem 2, else 300"
    )
    command.add_argument("--page", metavar="FILE", help="write an HTML page with plots")
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Print the report; status 0 unless the theorem fails (1) or is left open (3).

    Observations of the conjecture are done (0) when they are printed.
    """
    ifs = find_ifs(options.ifs)
    given = _given(options)
    if "curve" in given:
        given["curve"] = find_curve(options.curve, options.depth)
    if "network" in given:
        given["network"] = load_network(options.network)
    if options.time_limit is not None:
        given["limits"] = Limits(options.time_limit)
    prove: Callable[..., TheoremReport] = getattr(theorems, _FUNCTION[options.number])
    with output.progress() as progress:
        report = prove(ifs, options.depth, **given, progress=progress)
    if options.page:
        from exactnet.viewing.theorem_page import save_theorem_page

        save_theorem_page(report, options.page)
    if options.json:
        output.as_json(report.document())
    else:
        head, *rest = report.text().split("\n")
        output.show(output.coloured(head, _COLOUR.get(report.verdict, "33")))
        output.show("\n".join(rest))
        if options.page:
            output.show(f"  page: {options.page}")
    return 0 if options.number == "conjecture" else _STATUS[report.verdict]


def _given(options: argparse.Namespace) -> dict[str, object]:
    """The options that were given; InputError for one that the theorem does not have."""
    taken = _OPTIONS[options.number]
    every = sorted({name for names in _OPTIONS.values() for name in names})
    given = {name: getattr(options, name) for name in every if getattr(options, name) is not None}
    wrong = next((name for name in given if name not in taken), None)
    if wrong is not None:
        known = ", ".join(f"--{name}" for name in taken) or "no options"
        raise InputError.about(
            f"--{wrong}", f"for theorem {options.number}: {known}", "it", "Drop the option."
        )
    return given

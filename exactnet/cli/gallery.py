"""``exactnet gallery``: the depth separations; and what other commands do with their names."""

import argparse

from exactnet.bridges.files import load_network
from exactnet.cli import output
from exactnet.cli.inputs import sizes_given
from exactnet.constructions import separations
from exactnet.constructions.separations.circuits import HierarchicalCircuit
from exactnet.constructions.separations.record import Separation
from exactnet.errors import InputError
from exactnet.exact.rationals import show_point, to_text
from exactnet.fractals import gallery
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.verification.verdicts import Result, Verdict

STATUS = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNKNOWN: output.UNKNOWN}
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
    if options.name is not None:
        entry = separations.get(options.name, **sizes)
        with output.progress() as progress:
            report = examine_separation(entry, limits, progress)
        if options.json:
            output.as_json(_facts(entry) | report.document())
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
        listed = [_facts(entry) | _summary(report.document()) for entry, report in rows]
        return output.as_json({"separations": listed, "fractals": list(gallery.names())})
    output.table(HEADS, [_row(entry, report.document()) for entry, report in rows])
    output.show(f"\nfractals (exactnet fractals): {', '.join(gallery.names())}")
    return 0


def is_separation(name: str) -> bool:
    """Whether a name is that of a depth separation."""
    return name in separations.names()


def compile_separation(options: argparse.Namespace) -> int:
    """Write the network of an entry, or its circuit."""
    entry = entry_of(options)
    net = entry.network
    if isinstance(net, HierarchicalCircuit):
        net.save(options.output)
    else:
        entry.relu.save(options.output)
    facts = {"file": options.output, **_facts(entry)}
    if options.json:
        return output.as_json(facts)
    output.show(f"{options.output}: {_size(entry)} of {entry.title}")
    output.show(f"  {entry.target.expression}: {_exactness(entry)}")
    return 0


def prove_entry(options: argparse.Namespace) -> int:
    """Prove that an entry's network, or the one in a file, is the function."""
    from exactnet.theorems.separations.prove import prove_separation

    entry = entry_of(options)
    given = [key for key in ("all_depths", "certificate") if getattr(options, key)]
    if given or options.route not in ("auto", "regions"):
        what = f"--{given[0].replace('_', '-')}" if given else f"--route {options.route}"
        raise InputError.about(what, "a fractal", f"'{entry.name}'", "Drop the option.")
    net = None if options.network is None else load_network(options.network)
    limits = Limits(options.time_limit, options.memory_limit)
    with output.progress() as progress:
        result = prove_separation(entry, net, options.route, limits, progress)
    shown = entry.network if net is None else net
    if options.json:
        output.as_json(_proof(entry, shown, result))
    else:
        _print(entry, result)
    return STATUS[result.verdict]


def entry_of(options: argparse.Namespace) -> Separation:
    """The entry that a command names; options of fractals are refused."""
    given = [key for key in ("depth", "margin") if getattr(options, key) is not None]
    if given or options.method != "exact":
        what = given[0] if given else "method"
        raise InputError.about(
            f"--{what}", f"--size for '{options.ifs}'", f"--{what}", "Only fractals have that."
        )
    return separations.get(options.ifs, **sizes_given(options))


def _facts(entry: Separation) -> dict[str, object]:
    net = entry.network
    relu = isinstance(net, ReluNetwork)
    return {
        "name": entry.name,
        "parameters": dict(entry.parameters),
        "function": entry.target.expression,
        "norm": entry.norm,
        "error": to_text(entry.error),
        "depth": net.depth if isinstance(net, ReluNetwork) else None,
        "width": net.width if isinstance(net, ReluNetwork) else None,
        "neurons": net.neurons if isinstance(net, ReluNetwork) else net.products,
        "kind": "relu" if relu else "circuit",
        "statements": [
            {"claim": s.claim, "source": s.source, "wording": s.wording} for s in entry.statements
        ],
    }


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
        entry.title, short, _size(entry), _exactness(entry), str(counted),
        f"{bound}, {shown}", str(document["verdict"]),
    )  # fmt: skip


def _size(entry: Separation) -> str:
    net = entry.network
    if isinstance(net, ReluNetwork):
        return f"{net.depth} layers, {net.neurons} units"
    return f"{net.products} products"


def _exactness(entry: Separation) -> str:
    if entry.norm in ("equal", "labels"):
        return "exact"
    return f"{entry.norm} error <= {to_text(entry.error)}"


def _proof(entry: Separation, net: object, result: Result) -> dict[str, object]:
    found = result.counterexample
    relu = net if isinstance(net, ReluNetwork) else None
    report: dict[str, object] = {
        "verdict": result.verdict.value,
        "route": result.route,
        "claim": result.claim,
        "rests_on": list(result.rests_on),
        "depth": None if relu is None else relu.depth,
        "width": None if relu is None else relu.width,
        "bound_depth": None,
        "bound_width": None,
        "error": to_text(entry.error),
        "counterexample": None if found is None else [to_text(v) for v in found.point],
        "certificate": None,
        "seconds": round(result.seconds, 3),
    }
    return report | ({"reason": result.reason} if result.reason else {})


def _print(entry: Separation, result: Result) -> None:
    output.show(f"{output.verdict(result.verdict)} by {result.route} in {result.seconds:.2f} s")
    output.show(f"  claim: {result.claim}")
    if result.counterexample is not None:
        point = result.counterexample.point
        low, high = entry.target.enclose(point)
        value = to_text(low) if low == high else f"about {float(low):.6g}"
        output.show(f"  counterexample: x = {show_point(point)}, where the function is {value}")
        output.show(f"  {result.counterexample.words()}")
    if result.reason:
        output.show(f"  reason: {result.reason}")
    for line in result.rests_on:
        output.show(f"  rests on: {line}")

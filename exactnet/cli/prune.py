"""``exactnet prune``: a network file without the units that are proved not to matter."""

import argparse
from typing import TYPE_CHECKING

from exactnet.bridges.files import load_network
from exactnet.cli import output
from exactnet.cli.inputs import add_box, add_limits, given_box, limits_of
from exactnet.networks.network import ReluNetwork
from exactnet.verification.domains import words

if TYPE_CHECKING:
    from exactnet.verification.pruning import Pruned


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("prune", help="remove units that are proved not to matter")
    command.add_argument("file", metavar="FILE", help="a network file")
    add_box(command, "all of R^d")
    command.add_argument("-o", "--output", metavar="FILE", help="write the smaller network")
    add_limits(command, seconds=300)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Prune; status 3 when a limit ended the search for units to remove."""
    from exactnet.verification.pruning import prune

    limits = limits_of(options)
    net = load_network(options.file)
    box = given_box(options)
    with output.progress() as progress:
        small = prune(net, box, limits, progress)
    if options.output:
        small.network.save(options.output)
    if options.json:
        output.as_json(_document(net, small, options.output))
    else:
        _print(net, small, options.output)
    return 0 if small.complete else output.UNKNOWN


def _document(net: ReluNetwork, small: "Pruned", file: str | None) -> dict[str, object]:
    return {
        "file": file,
        "domain": words(small.box),
        "neurons": [net.neurons, small.network.neurons],
        "depth": [net.depth, small.network.depth],
        "width": [net.width, small.network.width],
        "identity_units": list(small.carried),
        "removed": [{"layer": r.layer, "unit": r.unit, "why": r.why} for r in small.removed],
        "rests_on": list(small.rests_on),
        "complete": small.complete,
        "reason": small.reason,
    }


def _print(net: ReluNetwork, small: "Pruned", file: str | None) -> None:
    output.show(
        f"{net.neurons} units, depth {net.depth} -> {small.network.neurons} units, depth "
        f"{small.network.depth}: the same function on {words(small.box)}"
    )
    for unit in small.removed:
        output.show(f"  layer {unit.layer}, unit {unit.unit}: {unit.why}")
    if small.carried[0] != small.carried[1]:
        output.show(f"  identity units: {small.carried[0]} before, {small.carried[1]} now")
    for line in small.rests_on:
        output.show(f"  rests on: {line}")
    output.show(
        "  every unit that is left takes both signs there"
        if small.complete
        else f"  others may not matter either: {small.reason}"
    )
    if file:
        output.show(f"wrote {file}")

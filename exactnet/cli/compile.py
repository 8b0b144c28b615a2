"""``exactnet compile``: the exact network of a fractal or of a depth separation, as a file."""

import argparse

from exactnet.cli import output
from exactnet.cli.inputs import add_construction, find_ifs, no_size
from exactnet.cli.separations import entry_of, exactness, facts, is_separation, size
from exactnet.cli.tables import sizes, sizes_text
from exactnet.constructions.compile import construct
from exactnet.constructions.separations.circuits import HierarchicalCircuit
from exactnet.errors import InputError
from exactnet.exact.rationals import to_text


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("compile", help="compile a fractal to an exact network file")
    command.add_argument("ifs", metavar="IFS", help="a gallery name or a JSON file")
    command.add_argument("--depth", type=int, metavar="N", help="n, for K_n of a fractal")
    add_construction(command)
    command.add_argument("-o", "--output", required=True, metavar="FILE", help="network file")
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Compile a fractal, or a depth separation, and write the network file."""
    return _separation(options) if is_separation(options.ifs) else _fractal(options)


def _fractal(options: argparse.Namespace) -> int:
    if options.depth is None:
        raise InputError.about("--depth", "a fractal depth", "none", "Give --depth N.")
    no_size(options)
    ifs = find_ifs(options.ifs)
    built = construct(
        ifs, options.depth, options.method, options.margin, options.side, options.absolute
    )
    net = built.network
    net.save(options.output)
    positives, negatives = built.labelling.describe()
    written = {
        "file": options.output,
        "method": built.method,
        **sizes(ifs, options.depth, net),
        "neurons": net.neurons,
        "positives": positives,
        "negatives": negatives,
        "parameters": {name: to_text(value) for name, value in built.parameters},
    }
    if options.json:
        return output.as_json(written)
    output.show(f"{options.output}: {built.method} network of {ifs.name}, n = {options.depth}")
    output.show(f"  {sizes_text(written)}")
    output.show(f"  positive: {positives}\n  negative: {negatives}")
    return 0


def _separation(options: argparse.Namespace) -> int:
    """Write the network of an entry, or its circuit."""
    entry = entry_of(options)
    net = entry.network
    if isinstance(net, HierarchicalCircuit):
        net.save(options.output)
    else:
        entry.relu.save(options.output)
    written = {"file": options.output, **facts(entry)}
    if options.json:
        return output.as_json(written)
    output.show(f"{options.output}: {size(entry)} of {entry.title}")
    output.show(f"  {entry.target.expression}: {exactness(entry)}")
    return 0

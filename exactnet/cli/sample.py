"""``exactnet sample``: examples of a fractal distribution in a file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exactnet.cli import output
from exactnet.cli.inputs import find_ifs
from exactnet.cli.learning_options import add_source, check_seed, source_of
from exactnet.errors import InputError
from exactnet.exact.strict_json import write_bytes

if TYPE_CHECKING:
    from exactnet.learning.sources import Examples

MOST_TEXT = 10_000_000


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("sample", help="draw examples of a fractal distribution")
    add_source(command)
    command.add_argument("--count", type=int, required=True, metavar="M", help="examples")
    command.add_argument("--seed", type=int, default=0, metavar="S", help="default: 0")
    command.add_argument(
        "-o", "--output", required=True, metavar="FILE", help=".npz with x and y, or .csv"
    )
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Write the file and say what is in it."""
    suffix = Path(options.output).suffix.lower()
    if suffix not in (".npz", ".csv"):
        raise InputError.about("--output", "a .npz or .csv file", f"'{suffix:.20}'", "Rename it.")
    if options.count < 1 or (suffix == ".csv" and options.count > MOST_TEXT):
        raise InputError.about(
            "--count", f"1 or more, up to {MOST_TEXT} as text", f"{options.count}"[:40], "Use .npz."
        )
    source = source_of(options, find_ifs(options.ifs))
    x, y = source.distribution.sample(options.count, check_seed(options.seed))
    write_bytes(options.output, _npz(x, y) if suffix == ".npz" else _csv((x, y)))
    positives = int((y == 1).sum())
    facts = {
        "file": options.output,
        "count": options.count,
        "positives": positives,
        "negatives": options.count - positives,
        "seed": options.seed,
        "P": list(source.distribution.curve.decimals(6)),
    }
    if options.json:
        return output.as_json(facts)
    output.show(
        f"{options.output}: {options.count} examples of {options.ifs}, n = {options.depth}, "
        f"{positives} positive"
    )
    output.show(f"  P(0..{options.depth}) = {' '.join(source.distribution.curve.decimals(4))}")
    return 0


def _npz(x: object, y: object) -> bytes:
    from exactnet.learning.checkpoints import packed

    return packed({"x": x, "y": y})  # type: ignore[dict-item]


def _csv(examples: "Examples") -> bytes:
    """Coordinates as Python writes them: the shortest decimals that read back the same."""
    x, y = examples
    heads = ",".join([*(f"x{k + 1}" for k in range(x.shape[1])), "y"])
    lines = (
        ",".join([*map(repr, point), str(label)])
        for point, label in zip(x.tolist(), y.tolist(), strict=True)
    )
    return ("\n".join([heads, *lines]) + "\n").encode()

"""``exactnet fractals``: the named fractals, or those of files, with their hypotheses."""

import argparse

from exactnet.cli import output
from exactnet.cli.inputs import find_ifs
from exactnet.exact.rationals import show_point, to_text
from exactnet.fractals import gallery
from exactnet.fractals.ifs import IFS

HEADS = ("name", "d", "r", "images", "separation", "gap", "shared point")


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("fractals", help="list the named fractals and what is known of them")
    command.add_argument("ifs", nargs="*", metavar="IFS", help="these only, or your own files")
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """List fractals (the whole gallery unless some are named) with their hypotheses."""
    chosen = [find_ifs(name) for name in options.ifs or gallery.names()]
    entries = [_facts(ifs) for ifs in chosen]
    if options.json:
        return output.as_json({"fractals": entries})
    keys = ("name", "d", "r", "images", "separation", "gap", "shared_point")
    rows = [tuple(str(entry[key] or "-") for key in keys) for entry in entries]
    output.table(HEADS, rows)
    return 0


def _facts(ifs: IFS) -> dict[str, object]:
    pair = ifs.touching_pair
    return {
        "name": ifs.name,
        **ifs.document(),
        "d": ifs.dim,
        "r": ifs.r,
        "images": ifs.contact.value,
        "separation": None if ifs.separation is None else to_text(ifs.separation),
        "gap": None if ifs.gap is None else to_text(ifs.gap),
        "contractions": [
            {"sup_norm": to_text(f.sup_norm), "euclidean": f.euclidean} for f in ifs.contractions
        ],
        "shared_point": None if pair is None or pair.shared is None else show_point(pair.shared),
    }

"""``exactnet line``: a network along a segment, with every breakpoint exact."""

import argparse
import time

from exactnet.cli import output
from exactnet.cli.inputs import add_construction, find_target, numbers
from exactnet.exact.rationals import show_point, to_text
from exactnet.regions.segment import breakpoints_along
from exactnet.regions.segment_pieces import SegmentPieces


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("line", help="the exact breakpoints of a network along a segment")
    command.add_argument("target", metavar="FILE_OR_IFS", help="a network file, or a fractal")
    command.add_argument("--from", dest="start", required=True, metavar="x1,x2,...")
    command.add_argument("--to", dest="end", required=True, metavar="x1,x2,...")
    command.add_argument("--depth", type=int, metavar="N", help="the fractal's depth")
    add_construction(command)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Print the pieces between two points."""
    begun = time.monotonic()
    target = find_target(options, options.target)
    start, end = numbers(options.start, "--from"), numbers(options.end, "--to")
    pieces = breakpoints_along(target.net, start, end)
    if options.json:
        return output.as_json(_document(pieces, time.monotonic() - begun))
    bends = len(pieces.merged())
    where = f"{show_point(start)} to {show_point(end)}"
    output.show(f"{target.words} from {where}: {len(pieces)} pieces, {bends} affine")
    rows = zip(pieces.parameters, pieces.points(), pieces.values(), strict=True)
    output.table(
        ("t", "x", "f(x)"),
        [(to_text(t), show_point(x), ", ".join(map(to_text, y))) for t, x, y in rows],
    )
    return 0


def _document(pieces: SegmentPieces, seconds: float) -> dict[str, object]:
    """Everything that is known of the segment; numbers as "p/q"."""
    return {
        "from": [to_text(v) for v in pieces.start],
        "to": [to_text(v) for v in pieces.end],
        "pieces": len(pieces),
        "affine_pieces": len(pieces.merged()),
        "parameters": [to_text(t) for t in pieces.parameters],
        "points": [[to_text(v) for v in x] for x in pieces.points()],
        "values": [[to_text(v) for v in y] for y in pieces.values()],
        "patterns": ["".join(map(str, bits)) for bits in pieces.patterns],
        "seconds": round(seconds, 3),
    }

"""What the arguments of several commands denote: fractals, networks, boxes, points, limits."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exactnet.bridges.files import is_network_file, load_network
from exactnet.constructions import separations
from exactnet.constructions.compile import METHODS, construct
from exactnet.errors import InputError, nearest
from exactnet.exact.rationals import Vector, as_rational
from exactnet.exact.strict_json import read_document
from exactnet.fractals import curves, gallery
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import SIDES
from exactnet.geometry.box import Box
from exactnet.limits import UNLIMITED, Limits
from exactnet.networks.network import ReluNetwork

MEMORY_MIB = 4096


def add_construction(command: argparse.ArgumentParser) -> None:
    """How a fractal is compiled: method, margin, side."""
    command.add_argument("--method", choices=METHODS, default="exact", help="default: exact")
    command.add_argument("--margin", metavar="P/Q", help="for margin and union; default 1/8")
    command.add_argument("--side", choices=SIDES, default="inner", help="side of the margin")
    command.add_argument("--absolute", action="store_true", help="take the margin as a distance")
    command.add_argument(
        "--size", nargs="+", action="extend", metavar="KEY=N",
        help="parameters of a depth separation (exactnet gallery), such as k=6",
    )  # fmt: skip


def add_box(command: argparse.ArgumentParser, default: str) -> None:
    """The box; without it what ``default`` says."""
    command.add_argument(
        "--box", nargs="+", action="extend", metavar="lo,hi",
        help=f"one side an input, such as -1,1 0,1/2; default: {default}",
    )  # fmt: skip


def add_domain(command: argparse.ArgumentParser) -> None:
    """The box, or all of R^d."""
    add_box(command, "the base of the fractal, else [-1, 1]^d")
    command.add_argument("--unbounded", action="store_true", help="on all of R^d, not on a box")


def add_limits(command: argparse.ArgumentParser, seconds: float | None = None) -> None:
    """Limits on time and memory."""
    command.add_argument(
        "--time-limit", type=float, default=seconds, metavar="SECONDS",
        help=f"default: {'none' if seconds is None else f'{seconds:g}'}",
    )  # fmt: skip
    command.add_argument(
        "--memory-limit", type=int, default=MEMORY_MIB, metavar="MIB",
        help=f"default: {MEMORY_MIB}",
    )  # fmt: skip


def add_cells(command: argparse.ArgumentParser) -> None:
    """A limit on cells."""
    command.add_argument("--max-cells", type=int, metavar="N", help="default: none")


def sizes_given(options: argparse.Namespace) -> dict[str, int]:
    """The parameters after --size, by name.

    >>> sizes_given(argparse.Namespace(size=["d=3", "pieces=16"]))
    {'d': 3, 'pieces': 16}
    """
    found: dict[str, int] = {}
    for text in options.size or ():
        key, equals, value = text.partition("=")
        if not equals or not value.isdecimal() or len(value) > 9 or key in found:
            raise InputError.about("--size", "KEY=N, each once", f"'{text:.40}'", "Write k=6.")
        found[key] = int(value)
    return found


def no_size(options: argparse.Namespace) -> None:
    """InputError for --size with a fractal."""
    if options.size:
        raise InputError.about("--size", "a depth separation", f"'{options.ifs:.40}'", "Drop it.")


def limits_of(options: argparse.Namespace) -> Limits:
    """The limits that were asked for, from now on."""
    cells = getattr(options, "max_cells", None)
    return Limits(
        UNLIMITED.seconds if options.time_limit is None else options.time_limit,
        options.memory_limit,
        UNLIMITED.cells if cells is None else cells,
    )


def add_curve(command: argparse.ArgumentParser) -> None:
    """The approximation curve, by name or by its numbers."""
    command.add_argument(
        "--curve", metavar="CURVE",
        help=f"{', '.join(curves.names())}, weights:1,1,2 or masses:1/4,1/4",
    )  # fmt: skip


def find_curve(text: str, depth: int) -> ApproximationCurve:
    """The curve of a depth: a name, the talk's weights, or the masses of the levels.

    >>> find_curve("masses:1/4,1/4", 2).P(1), find_curve("weights:1,1", 2).depth
    (Fraction(3, 4), 2)
    """
    kind, colon, values = text.partition(":")
    if not colon:
        return curves.get(text, depth)
    makers = {"weights": curves.weights, "masses": curves.masses}
    if kind not in makers:
        raise InputError.about("--curve", "weights: or masses:", f"'{kind:.40}:'", "Pick one.")
    curve = makers[kind](numbers(values, "--curve"))
    if curve.depth != depth:
        raise InputError.about(
            "--curve", f"{depth} numbers, one a level", f"{curve.depth}", "Give one a level."
        )
    return curve


def find_ifs(name: str) -> IFS:
    """A gallery entry, or the IFS in a JSON file."""
    if not _is_path(name):
        return _named(name)
    document = read_document(name)
    kind = _other_kind(document)
    if kind is not None:
        what, remedy = kind
        raise InputError.about(name, "the file of a fractal, with base and maps", what, remedy)
    return IFS.from_document(document, name)


def _named(name: str) -> IFS:
    """A gallery entry; InputError that says so for the name of a depth separation."""
    if name in separations.names():
        raise InputError.about(
            "fractal",
            "a fractal",
            f"the depth separation '{name}'",
            f"See exactnet gallery {name}.",
        )
    if name not in gallery.names():
        every = (*gallery.names(), *separations.names())
        raise InputError.about(
            "fractal", f"one of {', '.join(gallery.names())}, or a JSON file", f"'{name:.60}'",
            nearest(name, every),
        )  # fmt: skip
    return gallery.get(name)


def _other_kind(document: Mapping[str, object]) -> tuple[str, str] | None:
    """What a JSON file holds that is no fractal, and what to do with it."""
    if "layers" in document:
        return "a network", "Give it to --network, or to regions, line, prune or equivalent."
    if "claim" in document:
        return "a certificate", "Give it to exactnet check."
    return None


def _is_path(name: str) -> bool:
    """Whether an argument means a file: no name of the galleries has a dot or a slash."""
    if name in gallery.names():
        return False
    try:
        return any(c in name for c in "./\\") or Path(name).exists()
    except (OSError, ValueError):  # too long for a path, or with a NUL in it
        return False


@dataclass(frozen=True, slots=True)
class Target:
    """The network that a command is about, and the fractal that it was compiled from, if any."""

    name: str
    net: ReluNetwork
    ifs: IFS | None = None
    depth: int | None = None
    domain: Box | None = None

    @property
    def words(self) -> str:
        """What it is, for a heading."""
        if self.ifs is None:
            return self.name
        return f"the network of {self.ifs.name}, n = {self.depth}"


def find_target(options: argparse.Namespace, name: str) -> Target:
    """The network in a file, of a fractal (a gallery name or a file), or of a depth separation."""
    if name in separations.names():
        return _separation(options, name)
    if options.size:
        raise InputError.about("--size", "a depth separation", f"'{name:.40}'", "Use --depth.")
    if not _is_path(name):
        ifs = _named(name)
    elif is_network_file(name):
        return _network(options, name, load_network(name))
    else:
        document = read_document(name)
        if "layers" in document or str(document.get("format", "")).startswith("exactnet-network"):
            return _network(options, name, ReluNetwork.from_document(document, name))
        ifs = find_ifs(name)
    if options.depth is None:
        raise InputError.about(
            "--depth", f"the depth n of {ifs.name}", "none", "Give --depth N, such as --depth 2."
        )
    built = construct(
        ifs, options.depth, options.method, options.margin, options.side, options.absolute
    )
    return Target(name, built.network, ifs, options.depth)


def _separation(options: argparse.Namespace, name: str) -> Target:
    """The deep network of an entry, on its domain."""
    given = [key for key in ("depth", "margin") if getattr(options, key) is not None]
    if given:
        raise InputError.about(f"--{given[0]}", "a fractal", f"'{name}'", "Use --size.")
    entry = separations.get(name, **sizes_given(options))
    return Target(entry.title, entry.relu, domain=entry.target.domain)


def _network(options: argparse.Namespace, name: str, net: ReluNetwork) -> Target:
    given = [key for key in ("depth", "margin") if getattr(options, key) is not None]
    given += ["absolute"] * options.absolute + ["method"] * (options.method != "exact")
    if given:
        raise InputError.about(
            f"--{given[0]}", "a fractal, which is compiled", "a network file", "Drop the option."
        )
    return Target(name, net)


def find_domain(options: argparse.Namespace, target: Target) -> Box | None:
    """The box asked for, None for R^d; by default that of the fractal or function, or [-1, 1]^d."""
    if options.unbounded:
        if options.box:
            raise InputError.about("--unbounded", "no --box", "both", "Drop one of them.")
        return None
    given = given_box(options)
    if given is not None:
        return given
    if target.domain is not None:
        return target.domain
    return Box.cube(target.net.inputs) if target.ifs is None else target.ifs.base


def given_box(options: argparse.Namespace) -> Box | None:
    """The box that was asked for, if any."""
    return Box.of([_side(side) for side in options.box], "--box") if options.box else None


def _side(text: str) -> Vector:
    side = numbers(text, "--box")
    if len(side) != 2:
        raise InputError.about("--box", "sides lo,hi", f"'{text.strip():.40}'", "Write -1,1.")
    return side


def numbers(text: str, where: str) -> Vector:
    """Rationals separated by commas.

    >>> numbers("1/2,-3", "--from")
    (Fraction(1, 2), Fraction(-3, 1))
    """
    return tuple(as_rational(part, where) for part in text.split(","))

"""What the commands say of a depth separation: its name, its sizes, its statements."""

import argparse

from exactnet.cli.inputs import sizes_given
from exactnet.constructions import separations
from exactnet.constructions.separations.record import Separation
from exactnet.errors import InputError
from exactnet.exact.rationals import to_text
from exactnet.networks.network import ReluNetwork


def is_separation(name: str) -> bool:
    """Whether a name is that of a depth separation."""
    return name in separations.names()


def entry_of(options: argparse.Namespace) -> Separation:
    """The entry that a command names; options of fractals are refused."""
    given = [key for key in ("depth", "margin") if getattr(options, key) is not None]
    if given or options.method != "exact":
        what = given[0] if given else "method"
        raise InputError.about(
            f"--{what}", f"--size for '{options.ifs}'", f"--{what}", "Only fractals have that."
        )
    return separations.get(options.ifs, **sizes_given(options))


def facts(entry: Separation) -> dict[str, object]:
    """The entry as a document."""
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


def size(entry: Separation) -> str:
    """Layers and units, or products of a circuit."""
    net = entry.network
    if isinstance(net, ReluNetwork):
        return f"{net.depth} layers, {net.neurons} units"
    return f"{net.products} products"


def exactness(entry: Separation) -> str:
    """How near the network is to the function."""
    if entry.norm in ("equal", "labels"):
        return "exact"
    return f"{entry.norm} error <= {to_text(entry.error)}"

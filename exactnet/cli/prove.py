"""``exactnet prove``: that a network realises K_n, or is the function of a depth separation."""

import argparse

from exactnet.bridges.files import load_network
from exactnet.cli import output, verdicts
from exactnet.cli.inputs import add_construction, add_limits, find_ifs, limits_of, no_size
from exactnet.cli.separations import entry_of, is_separation
from exactnet.cli.tables import sizes, sizes_text
from exactnet.constructions.compile import WITH_MARGIN, construct
from exactnet.constructions.margin import DEFAULT_MARGIN
from exactnet.constructions.separations.record import Separation
from exactnet.errors import InputError
from exactnet.exact.rationals import as_rational, show_point, to_text
from exactnet.fractals.ifs import IFS
from exactnet.networks.network import ReluNetwork
from exactnet.verification.claims import Claim, realizes
from exactnet.verification.prove import ROUTES, prove, prove_all_depths
from exactnet.verification.verdicts import Result


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("prove", help="prove that a network realises K_n, or refute it")
    command.add_argument("ifs", metavar="IFS", help="a gallery name or a JSON file")
    command.add_argument("--depth", type=int, metavar="N", help="n, for K_n of a fractal")
    add_construction(command)
    command.add_argument("--network", metavar="FILE", help="prove this network, not a fresh one")
    command.add_argument("--route", choices=ROUTES, default="auto", help="default: auto")
    command.add_argument("--all-depths", action="store_true", help="prove every depth at once")
    command.add_argument("--certificate", metavar="FILE", help="write what the checker needs")
    add_limits(command, seconds=300)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Prove or refute a claim; the exit status is the verdict's."""
    return _separation(options) if is_separation(options.ifs) else _fractal(options)


def _fractal(options: argparse.Namespace) -> int:
    """Prove that a network realises K_n, or that one does for every n."""
    no_size(options)
    ifs = find_ifs(options.ifs)
    limits = limits_of(options)
    _check_depths(options)
    known: dict[str, object] = dict.fromkeys(("depth", "width", "bound_depth", "bound_width"))
    with output.progress() as progress:
        if options.depth is not None:
            claim = _claim(ifs, options)
            known = sizes(ifs, options.depth, claim.network)
        if options.all_depths:
            construction = (options.method, options.margin, options.side, options.absolute)
            result = prove_all_depths(ifs, *construction, limits, progress)
        else:
            result = prove(claim, options.route, limits, progress)
        answer = verdicts.Answer.of(result, options.certificate)
    if options.json:
        output.as_json(verdicts.as_document(answer, known))
    else:
        shown = "" if known["depth"] is None else sizes_text(known)
        found = result.counterexample
        words = () if found is None else (f"counterexample: {found.words()}",)
        verdicts.show(answer, shown, words)
    return answer.status


def _check_depths(options: argparse.Namespace) -> None:
    """Refuse what cannot be proved for every depth, and no depth at all."""
    if options.all_depths and (options.network or options.route not in ("auto", "induction")):
        raise InputError.about(
            "--all-depths",
            "no --network and the induction route (one file has one depth)",
            "--network" if options.network else f"--route {options.route}",
            "Drop one of them.",
        )
    if options.depth is None and not options.all_depths:
        raise InputError.about(
            "--depth", "a fractal depth", "none", "Give --depth N, or --all-depths."
        )


def _claim(ifs: IFS, options: argparse.Namespace) -> Claim:
    margin = options.margin
    if options.method in WITH_MARGIN and margin is None:
        margin = DEFAULT_MARGIN
    if options.network is None:
        net = construct(
            ifs, options.depth, options.method, options.margin, options.side, options.absolute
        ).network
    else:
        net = load_network(options.network)
    margin = None if margin is None else as_rational(margin, "--margin")
    return realizes(net, ifs, options.depth, margin, options.side, options.absolute)


def _separation(options: argparse.Namespace) -> int:
    """Prove that an entry's network, or the one in a file, is the function."""
    from exactnet.theorems.separations.prove import prove_separation

    entry = entry_of(options)
    given = [key for key in ("all_depths", "certificate") if getattr(options, key)]
    if given or options.route not in ("auto", "regions"):
        what = f"--{given[0].replace('_', '-')}" if given else f"--route {options.route}"
        raise InputError.about(what, "a fractal", f"'{entry.name}'", "Drop the option.")
    net = None if options.network is None else load_network(options.network)
    limits = limits_of(options)
    with output.progress() as progress:
        result = prove_separation(entry, net, options.route, limits, progress)
    answer, shown = verdicts.Answer(result), entry.network if net is None else net
    if options.json:
        output.as_json(verdicts.as_document(answer, _sizes_and_error(entry, shown)))
    else:
        verdicts.show(answer, found=_disagreement(entry, result))
    return answer.status


def _sizes_and_error(entry: Separation, net: object) -> dict[str, object]:
    relu = net if isinstance(net, ReluNetwork) else None
    return {
        "depth": None if relu is None else relu.depth,
        "width": None if relu is None else relu.width,
        "bound_depth": None,
        "bound_width": None,
        "error": to_text(entry.error),
    }


def _disagreement(entry: Separation, result: Result) -> list[str]:
    """Where the network is not the function, and what the function is there."""
    if result.counterexample is None:
        return []
    point = result.counterexample.point
    low, high = entry.target.enclose(point)
    value = to_text(low) if low == high else f"about {float(low):.6g}"
    return [
        f"counterexample: x = {show_point(point)}, where the function is {value}",
        result.counterexample.words(),
    ]

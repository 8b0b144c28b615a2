"""The commands: each takes parsed options, calls the library, prints, returns an exit status."""

import argparse

from exactnet.bridges.files import load_network
from exactnet.cli import gallery as cli_gallery
from exactnet.cli import output
from exactnet.cli.inputs import find_ifs
from exactnet.constructions.compile import WITH_MARGIN, construct
from exactnet.constructions.margin import DEFAULT_MARGIN
from exactnet.errors import CertificateError, InputError
from exactnet.exact.rationals import as_rational, show_point, to_text
from exactnet.fractals import gallery
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.verification.certify import certified
from exactnet.verification.checking import check_certificate
from exactnet.verification.claims import Claim, realizes
from exactnet.verification.prove import prove, prove_all_depths
from exactnet.verification.verdicts import Counterexample, Result, Verdict

_STATUS = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNKNOWN: 3}


def fractals(options: argparse.Namespace) -> int:
    """List fractals (the whole gallery unless some are named) with their hypotheses."""
    chosen = [find_ifs(name) for name in options.ifs or gallery.names()]
    entries = [_facts(ifs) for ifs in chosen]
    if options.json:
        return output.as_json({"fractals": entries})
    heads = ("name", "d", "r", "images", "separation", "gap", "shared point")
    rows = [
        (
            str(entry["name"]),
            str(entry["d"]),
            str(entry["r"]),
            str(entry["images"]),
            str(entry["separation"] or "-"),
            str(entry["gap"] or "-"),
            str(entry["shared_point"] or "-"),
        )
        for entry in entries
    ]
    output.table(heads, rows)
    return 0


def _facts(ifs: IFS) -> dict[str, object]:
    pair = ifs.touching_pair
    return {
        "name": ifs.name,
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


def compile_network(options: argparse.Namespace) -> int:
    """Compile a fractal, or a depth separation, and write the network file."""
    if cli_gallery.is_separation(options.ifs):
        return cli_gallery.compile_separation(options)
    if options.depth is None:
        raise InputError.about("--depth", "a fractal depth", "none", "Give --depth N.")
    _no_size(options)
    ifs = find_ifs(options.ifs)
    built = construct(
        ifs, options.depth, options.method, options.margin, options.side, options.absolute
    )
    net = built.network
    net.save(options.output)
    positives, negatives = built.labelling.describe()
    facts = {
        "file": options.output,
        "method": built.method,
        **_sizes(ifs, options.depth, net),
        "neurons": net.neurons,
        "positives": positives,
        "negatives": negatives,
        "parameters": {name: to_text(value) for name, value in built.parameters},
    }
    if options.json:
        return output.as_json(facts)
    output.show(f"{options.output}: {built.method} network of {ifs.name}, n = {options.depth}")
    _print_sizes(facts)
    output.show(f"  positive: {positives}\n  negative: {negatives}")
    return 0


def prove_network(options: argparse.Namespace) -> int:
    """Prove or refute a claim; the exit status is the verdict's."""
    if cli_gallery.is_separation(options.ifs):
        return cli_gallery.prove_entry(options)
    _no_size(options)
    ifs = find_ifs(options.ifs)
    limits = Limits(options.time_limit, options.memory_limit)
    _check_depths(options)
    sizes: dict[str, object] = dict.fromkeys(("depth", "width", "bound_depth", "bound_width"))
    with output.progress() as progress:
        if options.depth is not None:
            claim = _claim(ifs, options)
            sizes = _sizes(ifs, options.depth, claim.network)
        if options.all_depths:
            construction = (options.method, options.margin, options.side, options.absolute)
            result = prove_all_depths(ifs, *construction, limits, progress)
        else:
            result = prove(claim, options.route, limits, progress)
        if options.certificate and result.verdict is not Verdict.UNKNOWN:
            result = certified(result)
            result.promise.get().save(options.certificate)
    if options.json:
        output.as_json(_report(result, sizes, options.certificate))
    else:
        _print_result(result, sizes, options.certificate)
    return _STATUS[result.verdict]


def check(options: argparse.Namespace) -> int:
    """Check a certificate file; status 1 if its evidence does not prove its claim."""
    claim, reason = None, None
    try:
        claim = check_certificate(options.file)
    except CertificateError as error:
        reason = str(error)
    if options.json:
        verdict = "rejected" if claim is None else "accepted"
        output.as_json({"verdict": verdict, "claim": claim, "reason": reason})
    else:
        output.show(f"accepted: {claim}" if reason is None else f"rejected: {reason}")
    return int(claim is None)


def _no_size(options: argparse.Namespace) -> None:
    if options.size:
        raise InputError.about("--size", "a depth separation", f"'{options.ifs:.40}'", "Drop it.")


def _check_depths(options: argparse.Namespace) -> None:
    """Refuse what cannot be proved for every depth, and no depth at all."""
    if options.all_depths and (options.network or options.route not in ("auto", "induction")):
        raise InputError.about(
            "--all-depths",
            "no --network and the induction route (one file has one depth)",
            "both",
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


def _sizes(ifs: IFS, depth: int, net: ReluNetwork) -> dict[str, object]:
    return {
        "depth": net.depth,
        "width": net.width,
        "bound_depth": 2 * depth + 1,
        "bound_width": 5 * ifs.dim * ifs.r,
    }


def _report(result: Result, sizes: dict[str, object], certificate: str | None) -> dict[str, object]:
    found = result.counterexample
    report = {
        "verdict": result.verdict.value,
        "route": result.route,
        "claim": result.claim,
        "rests_on": list(result.rests_on),
        **sizes,
        "counterexample": None if found is None else [to_text(v) for v in found.point],
        "certificate": None if result.verdict is Verdict.UNKNOWN else certificate,
        "seconds": round(result.seconds, 3),
    }
    if isinstance(found, Counterexample):
        report |= {"label": found.label, "value": to_text(found.value)}
    if result.reason:
        report["reason"] = result.reason
    return report


def _print_sizes(sizes: dict[str, object]) -> None:
    output.show(
        f"  {sizes['depth']} hidden layers (Theorem 1: {sizes['bound_depth']}), "
        f"width {sizes['width']} (Theorem 1: {sizes['bound_width']})"
    )


def _print_result(result: Result, sizes: dict[str, object], certificate: str | None) -> None:
    output.show(f"{output.verdict(result.verdict)} by {result.route} in {result.seconds:.2f} s")
    output.show(f"  claim: {result.claim}")
    if sizes["depth"] is not None:
        _print_sizes(sizes)
    if result.counterexample is not None:
        output.show(f"  counterexample: {result.counterexample.words()}")
    if result.reason:
        output.show(f"  reason: {result.reason}")
    for line in result.rests_on:
        output.show(f"  rests on: {line}")
    if certificate and result.verdict is not Verdict.UNKNOWN:
        output.show(f"  certificate: {certificate} (exactnet check {certificate})")

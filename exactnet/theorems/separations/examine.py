"""What is known of an entry as one report: proof, sizes, regions or rank, both bounds."""

import time
from dataclasses import replace

from exactnet.constructions.separations.record import Separation
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork
from exactnet.regions import bounds
from exactnet.regions.counting import count_regions
from exactnet.theorems.counts import smallest
from exactnet.theorems.report import PROVED, Comparison, TheoremReport
from exactnet.theorems.separations.case import Given, parameters
from exactnet.theorems.separations.cases import CASES
from exactnet.theorems.separations.prove import prove_separation
from exactnet.verification.verdicts import Result

MAX_INPUTS = 6  # of networks whose regions are counted
UNITS = 4000  # and how many units they have at most
SECONDS = 30.0  # for the count alone: some entries have more regions than can be counted


def examine_separation(
    entry: Separation, limits: Limits | None = None, progress: Progress = silent
) -> TheoremReport:
    """The published statement on this instance, with everything proved here beside it.

    ``sizes`` has the sizes of the deep network, "regions" (proper regions on the domain's box) or
    "rank", "shallow units" of the smallest shallow network exhibited and "shallow at least", what
    one hidden layer needs; a note says so where no width is enough.

    >>> from exactnet.constructions.separations import get
    >>> report = examine_separation(get("telgarsky", k=5))
    >>> report.verdict.value, report.sizes["regions"], report.sizes["shallow at least"]
    ('holds', 32, 32)

    Raises LimitReached. Cost: a proof, a count of regions and small complexes.
    """
    start = time.monotonic()
    bounded = from_now(limits)
    proof = prove_separation(entry, limits=_left(bounded), progress=progress)
    regions, reason = _regions(entry, _left(bounded), progress)
    given = Given(entry, proof, regions, _left(bounded), progress)
    case = CASES[entry.name](given)
    sizes = _sizes(entry) | _counted(entry, regions) | case.sizes
    silent_on_shallow = "" if entry.norm == "equal" else entry.no_shallow
    notes = (*case.notes, *filter(None, (reason, proof.reason, silent_on_shallow)))
    published = tuple(f"{s.claim} ({s.source}; wording: {s.wording})" for s in entry.statements)
    return TheoremReport(
        entry.name, case.statement, entry.title, case.hypotheses,
        (*case.comparisons, _proved(proof)), sizes, case.tables,
        rests_on=(*proof.rests_on, *case.rests_on), notes=(*notes, *published),
        seconds=time.monotonic() - start,
    )  # fmt: skip


def _left(limits: Limits) -> Limits:
    """The limits from now on: callees count from their own start."""
    return from_now(replace(limits, seconds=limits.remaining()))


def _regions(entry: Separation, limits: Limits, progress: Progress) -> tuple[int | None, str]:
    net = entry.network
    if not isinstance(net, ReluNetwork):
        return None, ""
    net, box = entry.counted or (net, entry.target.domain)
    if net.inputs > MAX_INPUTS or net.neurons > UNITS:
        return None, f"regions not counted: {net.inputs} inputs, {net.neurons} units"
    bounded = replace(limits, seconds=min(limits.seconds, SECONDS))
    found = count_regions(net, box, limits=bounded, progress=progress)
    if not found.complete:
        return None, f"regions: at least {int(found)}, {found.reason}"
    return int(found), ""


def _counted(entry: Separation, regions: int | None) -> dict[str, int]:
    """The regions, and the width with which one hidden layer may have as many."""
    if regions is None:
        return {}
    d = entry.target.domain.dim
    width = smallest(lambda k: bounds.zaslavsky(d, k) >= regions)
    return {"regions": regions, "one layer with as many": width}


def _sizes(entry: Separation) -> dict[str, int]:
    net, found = entry.network, dict(entry.parameters)
    if isinstance(net, ReluNetwork):
        found |= {
            "inputs": net.inputs, "hidden layers": net.depth, "width": net.width,
            "units": net.neurons, "parameters": parameters(net),
        }  # fmt: skip
    else:
        found |= {"products": net.products, "parameters": net.numbers}
    if entry.shallow is not None:
        found["shallow units"] = entry.shallow.units
    return found


def _proved(proof: Result) -> Comparison:
    return Comparison("proof", proof.claim, "is", proof.verdict.value, PROVED[proof.verdict])

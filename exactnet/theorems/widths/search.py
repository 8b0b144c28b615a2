"""A search for the least width of one hidden layer in small cases: guess weights, prove, learn.

For a width k, Z3 looks for weights with the right signs at finitely many points. If there are none,
no network of width k realises K_n, and the points are the reason. Otherwise a prover looks at the
network that was found: it is proved, or a counterexample joins the points, and so on.
"""

from dataclasses import replace

from exactnet.errors import LimitReached
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits, Progress
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.widths.labelled_points import Sample, shallow_network, sign_at
from exactnet.verification.claims import realizes
from exactnet.verification.prove import prove
from exactnet.verification.verdicts import Counterexample, Result, Verdict

Samples = tuple[Sample, ...]


def search_width(
    ifs: IFS,
    depth: int,
    width: int,
    samples: Samples,
    everywhere: bool,
    limits: Limits,
    progress: Progress,
) -> tuple[Samples, ReluNetwork | None, Result | None]:
    """The points used, and a network of one hidden layer with its proof; None if there is none.

    >>> from exactnet.fractals.gallery import cantor
    >>> from exactnet.limits import silent
    >>> from exactnet.theorems.widths.labelled_points import samples_of
    >>> start = samples_of(cantor(), 1, False)
    >>> search_width(cantor(), 1, 1, start, False, Limits(), silent)[1:]
    (None, None)
    >>> search_width(cantor(), 1, 2, start, False, Limits(), silent)[2].verdict
    <Verdict.PROVED: 'proved'>

    Raises LimitReached when time is up: the search need not end.
    """
    domain = None if everywhere else ifs.base
    while True:
        progress(f"width {width}: {len(samples)} points")
        network = shallow_network(samples, width, limits)
        if network is None:
            return samples, None, None
        left = replace(limits, seconds=limits.remaining())
        result = prove(realizes(network, ifs, depth, domain=domain), limits=left)
        if result.verdict is Verdict.PROVED:
            return samples, network, result
        if not isinstance(result.counterexample, Counterexample):
            raise LimitReached(f"a network of width {width} was neither proved nor refuted")
        point = result.counterexample.point
        samples = (*samples, Sample(point, sign_at(ifs, depth, point, everywhere)))

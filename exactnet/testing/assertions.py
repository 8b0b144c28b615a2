"""Assertions that prove: they pass when the statement is proved, and only then.

A false one raises RefutedError with the counterexample, one that the limits leave open raises
UndecidedError; both are AssertionErrors. They work in any test runner.
"""

from exactnet.exact.rationals import RationalLike, as_rational, to_text
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits
from exactnet.testing import reports
from exactnet.testing.defaults import limits_in_force
from exactnet.testing.failures import RefutedError, UndecidedError
from exactnet.testing.sources import network_of
from exactnet.verification.claims import realizes
from exactnet.verification.distance import WithinResult, prove_within
from exactnet.verification.domains import Domain, as_domain, words
from exactnet.verification.equivalence import Difference, equivalent
from exactnet.verification.prove import prove
from exactnet.verification.verdicts import Counterexample, Result, Verdict


def assert_realizes(
    network: object,
    ifs: IFS,
    depth: int,
    *,
    margin: RationalLike | None = None,
    side: str = "inner",
    absolute: bool = False,
    threshold: RationalLike | None = None,
    box: Domain = None,
    route: str = "auto",
    limits: Limits | None = None,
) -> Result:
    """Assert that a network realises K_depth of an IFS, on a box or on R^d; the proof's result.

    ``network`` is a ReluNetwork, a PyTorch module, or a path (see ``network_of``); the claim is
    that of ``exactnet.realizes``, the proof that of ``exactnet.prove``.

    >>> import exactnet as en
    >>> dust = en.gallery.cantor_dust()
    >>> assert_realizes(en.compile_ifs(dust, 3), dust, 3).route
    'induction'

    Raises RefutedError with a counterexample, UndecidedError at a limit (default 300 s).
    """
    __tracebackhide__ = True
    net = network_of(network)
    options = (margin, side, absolute, threshold, as_domain(box, net.inputs))
    claim = realizes(net, ifs, depth, *options)
    result = prove(claim, route, limits or limits_in_force())
    if isinstance(result.counterexample, Counterexample):
        headline = f"the network does not realise K_{depth} of {ifs.name}: {claim.words()}"
        lines = reports.realisation(claim, result.counterexample, result)
        raise RefutedError(headline, lines, result.counterexample.point)
    _decided(result)
    return result


def assert_equivalent(
    a: object, b: object, *, box: Domain = None, limits: Limits | None = None
) -> Result:
    """Assert that two networks are the same function on a box, or on R^d; the proof's result.

    Both are ReluNetworks, PyTorch modules or paths (see ``network_of``); equality is exact.

    >>> from exactnet import ReluNetwork
    >>> f = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, -1]], [0])])
    >>> assert_equivalent(f, ReluNetwork.of([([[1]], [0])])).verdict
    <Verdict.PROVED: 'proved'>

    Raises RefutedError with a point where they differ, UndecidedError at a limit (default 300 s).
    """
    __tracebackhide__ = True
    f, g = network_of(a), network_of(b)
    result = equivalent(f, g, box, limits or limits_in_force())
    if isinstance(result.counterexample, Difference):
        found = result.counterexample
        raise RefutedError(
            f"the networks a and b differ on {words(as_domain(box, f.inputs))}",
            reports.difference(f, g, found, result),
            found.point,
        )
    _decided(result)
    return result


def assert_within(
    a: object,
    b: object,
    bound: RationalLike,
    *,
    box: Domain,
    limits: Limits | None = None,
) -> WithinResult:
    """Assert that two networks differ by at most a bound, in every output, on all of a box.

    Both are ReluNetworks, PyTorch modules or paths (see ``network_of``). Up to 6 inputs the result
    has the largest difference, which is exact: ``exactnet.largest_difference``.

    >>> from exactnet import ReluNetwork
    >>> f, g = ReluNetwork.of([([["1/3"]], [0])]), ReluNetwork.of([([["5/16"]], [0])])
    >>> assert_within(f, g, "1/40", box=[(-1, 1)]).largest.value
    Fraction(1, 48)

    Raises RefutedError with a point where they differ by more (up to 6 inputs, the most),
    UndecidedError at a limit (default 300 s), InputError without a box or for a bound < 0.
    """
    __tracebackhide__ = True
    f, g = network_of(a), network_of(b)
    result = prove_within(f, g, bound, box, limits or limits_in_force())
    if isinstance(result.counterexample, Difference):
        found = result.counterexample
        most, where = as_rational(bound, "bound"), words(as_domain(box, f.inputs))
        raise RefutedError(
            f"the networks a and b differ by more than {to_text(most)} on {where}",
            reports.too_far(f, g, found, result, most),
            found.point,
        )
    _decided(result)
    return result


def _decided(result: Result) -> None:
    __tracebackhide__ = True
    if result.verdict is not Verdict.PROVED:
        raise UndecidedError(f"not decided: {result.claim} ({result.reason})")

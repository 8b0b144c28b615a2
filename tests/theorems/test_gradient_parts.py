"""What the gradient theorem is made of: initialisations, confidence intervals, clear levels."""

from fractions import Fraction as F
from math import comb, log

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import interval_systems

from exactnet.errors import InputError, InputTypeError
from exactnet.fractals import gallery
from exactnet.fractals.ifs import IFS
from exactnet.fractals.parts import Parts
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.theorems.confidence import clopper_pearson, upper_tail
from exactnet.theorems.gradients.moments import clear_level, moments_of
from exactnet.theorems.initialisation import initial_network
from exactnet.theorems.trials.hypotheses import theorem_level

# ---------------------------------------------------------------- confidence


def mass(k: int, n: int, p: F) -> F:
    return comb(n, k) * p**k * (1 - p) ** (n - k)


@given(st.integers(1, 12), st.data())
def test_tails_are_sums_of_binomial_terms(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    p = data.draw(st.fractions(0, 1, max_denominator=50))
    assert upper_tail(k, n, p) == sum(mass(i, n, p) for i in range(k, n + 1))


@settings(max_examples=40)
@given(st.integers(1, 40), st.data(), st.sampled_from(["1/2", "9/10", "95/100"]))
def test_the_ends_are_where_the_tails_cross(n: int, data: st.DataObject, level: str) -> None:
    k, unit, tail = data.draw(st.integers(0, n)), F(1, 2**16), (1 - F(level)) / 2
    low, high = clopper_pearson(k, n, level)
    assert upper_tail(k, n, low) <= tail < upper_tail(k, n, low + unit) or low == k == 0
    below = [1 - upper_tail(k + 1, n, p) if k < n else F(1) for p in (high, high - unit)]
    assert below[0] <= tail < below[1] or (high == 1 and k == n)
    assert clopper_pearson(n - k, n, level) == (1 - high, 1 - low)
    assert low <= F(k, n) <= high


@pytest.mark.parametrize("n", [5, 30])
@pytest.mark.parametrize("p", [F(1, 100), F(3, 10), F(1, 2), F(9, 10)])
def test_the_interval_contains_the_probability_as_often_as_it_says(n: int, p: F) -> None:
    covered = sum(mass(k, n, p) for k in range(n + 1) if in_interval(p, k, n))
    assert covered >= F(95, 100)


def in_interval(p: F, k: int, n: int) -> bool:
    low, high = clopper_pearson(k, n)
    return low <= p <= high


@pytest.mark.parametrize(("k", "n"), [(8, 10), (630, 1000), (999, 1000), (0, 30)])
def test_the_ends_are_quantiles_of_beta_distributions(k: int, n: int) -> None:
    """Pr[Bin(n, p) >= k] is the regularised incomplete beta function I_p(k, n - k + 1)."""
    low, high = clopper_pearson(k, n)
    step = 2.0**-16
    if k:
        ends = [
            mpmath.betainc(k, n - k + 1, 0, float(low) + s, regularized=True) for s in (0, step)
        ]
        assert ends[0] <= 0.025 <= ends[1]
    ends = [mpmath.betainc(k + 1, n - k, 0, float(high) - s, regularized=True) for s in (0, step)]
    assert ends[0] >= 0.975 >= ends[1]


@pytest.mark.parametrize(
    ("k", "n", "level", "error", "message"),
    [
        (3, 2, "1/2", InputError, "0 <= successes <= trials"),
        (0, 0, "1/2", InputError, "0 of 0"),
        (0, 10**6, "1/2", InputError, "trials <= 10000"),
        (1.0, 2, "1/2", InputTypeError, "successes: expected an integer, got float"),
        (1, True, "1/2", InputTypeError, "trials: expected an integer, got bool"),
        (1, 2, 1, InputError, "level: expected 0 < level < 1, got 1"),
        (1, 2, 0.5, InputTypeError, "level"),
    ],
)
def test_impossible_counts_are_refused(
    k: int, n: int, level: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        clopper_pearson(k, n, level)


# ---------------------------------------------------------------- initialisation


def test_weights_are_floats_within_two_standard_deviations() -> None:
    net = initial_network([50, 40], inputs=3, seed=5)
    assert [(layer.outputs, layer.inputs) for layer in net.layers] == [(50, 3), (40, 50), (1, 40)]
    for layer in net.layers:
        for value in (v for row in layer.weight for v in row):
            assert F(float(np.float32(float(value)))) == value
            assert abs(value) <= 2 / F(layer.inputs) ** F(1, 2) + 1e-6
        assert set(layer.bias) == {F(float(np.float32(0.1)))}
    assert set(initial_network([3], dtype="float64").layers[0].bias) == {F(0.1)}


def test_weights_have_the_variance_of_the_cut_normal() -> None:
    """Cut at 2: the variance is 1 - 2 * 2 phi(2) / (2 Phi(2) - 1) = 0.7737."""
    values = np.array([float(v) for row in initial_network([300], 100, seed=1).layers[0].weight
                       for v in row]) * 10  # fmt: skip
    assert abs(values.mean()) < 5 * 0.8796 / len(values) ** 0.5
    assert abs(values.var() - 0.7737) < 5 * 0.8 / len(values) ** 0.5
    assert np.abs(values).max() > 1.99


def test_seeds_decide_everything() -> None:
    assert initial_network([5], seed=3) == initial_network([5], seed=3)
    assert initial_network([5], seed=(3, 1)) != initial_network([5], seed=(3, 2))
    assert initial_network([5], seed=3) != initial_network([5], seed=4)
    assert initial_network([]).depth == 0


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"widths": [0]}, InputError, r"widths\[0\]: expected 1..100000, got 0"),
        ({"widths": 20}, InputTypeError, "widths: expected a list of widths, got int"),
        ({"widths": [2.0]}, InputTypeError, r"widths\[0\]: expected an integer, got float"),
        ({"widths": [2], "inputs": 0}, InputError, "inputs"),
        ({"widths": [10**5] * 2}, InputError, "widths: expected at most 10000000 weights"),
        ({"widths": [2], "dtype": "float16"}, InputError, "dtype: expected 'float32' or"),
        ({"widths": [2], "seed": -1}, InputError, "seed"),
        ({"widths": [2], "seed": ()}, InputError, "seed: expected one integer or several"),
        ({"widths": [2], "seed": "a"}, InputTypeError, "seed"),
    ],
)
def test_bad_shapes_and_seeds_are_refused(
    arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        initial_network(**arguments)  # type: ignore[arg-type]


# ---------------------------------------------------------------- moments and clear levels


@settings(max_examples=40)
@given(interval_systems(), st.integers(1, 4), st.lists(st.integers(1, 47), min_size=1, max_size=3))
def test_the_clear_level_is_where_prefractal_cells_stop_to_contain_a_cut(
    system: tuple[IFS, object], depth: int, marks: list[int]
) -> None:
    ifs = system[0]
    (low,), (high,) = ifs.base.lower, ifs.base.upper
    cuts = [low + (high - low) * F(mark, 48) for mark in marks]
    pieces = [Polyhedron.of_box(ifs.base)]
    for c in cuts:
        row = (c.denominator, -c.numerator)
        pieces = [p for q in pieces for p in q.split(row) if p is not None]
    met = [
        j
        for j in range(depth + 1)
        for cell in ifs.prefractal(j).cells()
        for ends in [sorted(v[0] for v in cell.vertices())]
        if any(ends[0] < c < ends[1] for c in cuts)
    ]
    expected = max(met, default=-1) + 1
    parts = Parts(ifs, depth, ifs.base, None)
    assert clear_level(parts, pieces) == (None if expected > depth else expected)


def test_moments_of_pieces_add_up_to_probabilities_and_means() -> None:
    for name in ("cantor-dust", "rotated-dust"):
        ifs = gallery.get(name)
        parts = Parts(ifs, 2, ifs.base, None)
        whole = Polyhedron.of_box(ifs.base)
        one, other = whole.split((1, 2, 0))
        total = moments_of(parts, whole)
        halves = [moments_of(parts, piece) for piece in (one, other) if piece is not None]
        for k in range(2):
            assert total.negatives[k][-1] == 1
            for a, b, c in zip(total.negatives[k], *(h.negatives[k] for h in halves), strict=True):
                assert a == b + c
        for k in range(3):
            positives = [h.positives[k] for h in (total, *halves)]
            assert positives[0] is not None and positives[0][-1] == 1
            for a, b, c in zip(*positives, strict=True):  # type: ignore[arg-type]
                assert a == b + c


@pytest.mark.parametrize(("t", "k", "delta"), [(2, 20, "1/10"), (1, 1, "99/100"), (3, 7, "1/1000")])
def test_the_level_of_the_theorem_is_a_logarithm(t: int, k: int, delta: str) -> None:
    for ifs in (gallery.cantor(), gallery.cantor_dust(), gallery.uneven_cantor()):
        base = 1 / sum(abs(f.determinant()) for f in ifs.maps)
        j, target = theorem_level(ifs, t, k, delta), t * k * k / F(delta)
        assert base**j >= target
        assert base ** (j - 1) < target


def test_maps_that_leave_next_to_nothing_free_are_refused_instead_of_counted_for_hours() -> None:
    def shrunk(share: F) -> IFS:
        return IFS.of([([[share]], [0])])

    thin = theorem_level(shrunk(F(999, 1000)), 2, 20, "1/10")
    assert abs(thin - log(8000) / -log(0.999)) < 1
    with pytest.raises(InputError, match="expected images that leave 1/10000 of K_0 free, got 1/1"):
        theorem_level(shrunk(1 - F(1, 10**6)), 2, 20, "1/10")

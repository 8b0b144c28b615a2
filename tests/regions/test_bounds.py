"""Bounds: laws between them, literal re-implementations, values from the papers, true counts."""

import runpy
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction as F
from itertools import pairwise, product
from math import comb, factorial, prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactnet as en
from exactnet.regions import bounds
from exactnet.regions.reference import enumerate_cells
from exactnet.testing.strategies import relu_networks

ROOT = Path(__file__).parents[2]
EXAMPLE, PAGE = ROOT / "examples" / "regions_at_initialisation.py", ROOT / "docs" / "bounds.md"
UPPER = [bounds.raghu, bounds.montufar, bounds.serra, bounds.hinz]

dims = st.integers(1, 6)
layers = st.lists(st.integers(1, 7), min_size=1, max_size=4)
few_layers = st.lists(st.integers(1, 4), min_size=1, max_size=3)


# --- the laws between the bounds -------------------------------------------------------------


@given(dims, layers)
def test_each_bound_is_at_most_the_weaker_ones(d: int, widths: list[int]) -> None:
    hinz, serra, montufar = (f(d, widths) for f in (bounds.hinz, bounds.serra, bounds.montufar))
    raghu = bounds.raghu(d, widths)
    assert 2 <= hinz <= serra <= montufar <= raghu <= bounds.trivial(widths)
    assert raghu <= bounds.composed(d, len(widths), max(widths))


@given(dims, layers)
def test_the_binomial_matrices_give_exactly_serras_sum(d: int, widths: list[int]) -> None:
    assert bounds.hinz(d, widths) == bounds.serra(d, widths)


@given(dims, st.integers(1, 12))
def test_for_one_layer_all_bounds_are_zaslavskys(d: int, k: int) -> None:
    assert {f(d, [k]) for f in UPPER} == {bounds.zaslavsky(d, k)} == {bounds.composed(d, 1, k)}
    if k >= d:
        assert bounds.lower_montufar(d, [k]) == bounds.zaslavsky(d, k)


@given(st.integers(1, 4), st.lists(st.integers(0, 6), min_size=1, max_size=4))
def test_the_lower_bound_is_below_every_upper_bound(d: int, more: list[int]) -> None:
    widths = [d + extra for extra in more]
    assert bounds.lower_montufar(d, widths) <= bounds.hinz(d, widths)


@given(dims, layers, st.data())
def test_a_wider_layer_never_lowers_an_upper_bound(
    d: int, widths: list[int], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(widths) - 1))
    wider = [n + (k == place) for k, n in enumerate(widths)]
    for bound in UPPER:
        assert bound(d, widths) <= bound(d, wider)
        assert bound(d, widths) <= bound(d + 1, widths)


@given(dims, st.integers(1, 4), st.integers(0, 9))
def test_the_talks_bound_is_above_the_composed_one_from_width_d_on(d: int, t: int, m: int) -> None:
    low, high = bounds.talk(d, t, d + m)
    assert bounds.composed(d, t, d + m) < low < high
    assert bounds.talk_admits(d, t, d + m, bounds.composed(d, t, d + m))


# --- the same numbers by other routes --------------------------------------------------------


@given(st.integers(1, 4), few_layers)
def test_serra_is_the_sum_over_j_written_out(d: int, widths: list[int]) -> None:
    total = 0
    for js in product(*(range(n + 1) for n in widths)):
        left = [d, *(n - j for n, j in zip(widths, js, strict=True))]
        if all(
            j <= min(*left[: k + 1], n) for k, (j, n) in enumerate(zip(js, widths, strict=True))
        ):
            total += prod(comb(n, j) for n, j in zip(widths, js, strict=True))
    assert bounds.serra(d, widths) == total


@given(dims, layers)
def test_montufar_lets_through_what_the_narrowest_layer_before_does(
    d: int, widths: list[int]
) -> None:
    total, left = 1, d
    for n in widths:
        total *= sum(comb(n, j) for j in range(left + 1))
        left = min(left, n)
    assert bounds.montufar(d, widths) == total
    assert bounds.montufar(3, [1, 9]) == 2 * 10


def connector(n: int, m: int) -> list[list[int]]:
    """M_(n,m) of Hinz & van de Geer, entry by entry: M_ij = 1 iff i = min(j, m + 1), from 1."""
    return [[int(i == min(j, m + 1)) for j in range(1, n + 2)] for i in range(1, m + 2)]


def layer_matrix(n: int) -> list[list[int]]:
    """B_n: entry (i, j) is entry i - 1 of the histogram gamma_(j-1,n) clipped to j - 1."""

    def entry(i: int, j: int) -> int:
        gamma = [comb(n, m) * (m >= n - j) for m in range(n + 1)]
        return gamma[i] if i < j else sum(gamma[j:]) if i == j else 0

    return [[entry(i, j) for j in range(n + 1)] for i in range(n + 1)]


def test_the_connector_matrices_clip_and_pad() -> None:
    assert connector(4, 2) == [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 1, 1]]
    assert connector(2, 4) == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert layer_matrix(2) == [[1, 0, 1], [0, 3, 2], [0, 0, 1]]


@given(dims, layers)
def test_hinz_is_the_norm_of_the_product_of_matrices(d: int, widths: list[int]) -> None:
    vector = [0] * d + [1]
    for before, n in pairwise([d, *widths]):
        for matrix in (connector(before, n), layer_matrix(n)):
            vector = [sum(a * v for a, v in zip(row, vector, strict=True)) for row in matrix]
    assert bounds.hinz(d, widths) == sum(vector)


@given(st.integers(1, 3), st.integers(1, 60), st.integers(1, 40))
def test_talk_admits_exactly_the_integers_up_to_the_formula(d: int, t: int, k: int) -> None:
    with localcontext() as context:
        context.prec = 600  # far more digits than the power has before the point
        floor = int((Decimal(1).exp() * k / d) ** (t * d))
    if floor:
        assert bounds.talk_admits(d, t, k, floor)
    assert not bounds.talk_admits(d, t, k, floor + 1)


def test_e_lies_in_its_enclosures_and_they_shrink() -> None:
    with localcontext() as context:
        context.prec = 60
        e = F(Decimal(1).exp())
    for terms in range(1, 41):
        low, high = bounds.euler_number(terms)
        assert low < e < high
        assert high - low == F(2, factorial(terms))
    assert high - low < F(1, 10**45)


def test_wide_and_deep_networks_are_bounded_at_once() -> None:
    for d in (2, 256, 784):
        assert bounds.serra(d, [256] * 10) == bounds.hinz(d, [256] * 10)
    assert bounds.serra(2, [256] * 10) == bounds.composed(2, 10, 256)


# --- values and remarks of the papers --------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 2, 5])
@pytest.mark.parametrize("n", [3, 4, 10])
def test_in_one_dimension_the_formulas_are_those_of_serra_et_al(n: int, depth: int) -> None:
    assert bounds.serra(1, [n] * depth) == (n + 1) ** depth  # attained for n >= 3: Theorem 5
    assert bounds.lower_montufar(1, [n] * depth) == n ** (depth - 1) * (n + 1)


def test_with_many_inputs_one_layer_beats_two_and_the_bottleneck_comes_first() -> None:
    for first, second in [(1, 1), (3, 3), (5, 4), (6, 2)]:
        d = first + second
        assert bounds.serra(d, [first, second]) < bounds.serra(d, [d]) == 2**d
        assert bounds.montufar(d, [second, second]) == 2 ** (2 * second)
        if first > 1:  # a unit moved from the first layer to the second
            assert bounds.serra(d, [first - 1, second + 1]) < bounds.serra(d, [first, second])


def test_k_to_the_d_t_is_an_order_and_not_a_bound() -> None:
    assert bounds.raghu(1, [5, 5]) == 36 > 5**2
    assert bounds.raghu(2, [3, 5]) == 7 * 16


@pytest.mark.parametrize(("d", "k"), [(1, 2), (2, 4), (3, 6), (4, 8)])
def test_the_talks_bound_needs_k_at_least_d(d: int, k: int) -> None:
    assert bounds.talk(d, 1, k)[0] > bounds.zaslavsky(d, k)
    with pytest.raises(en.InputError, match="no bound"):
        bounds.talk(k, 1, d)


@pytest.mark.parametrize(
    ("k", "d", "regions", "ceiling"),
    [(1, 2, 2, F("1.848")), (2, 4, 4, F("3.413")), (3, 6, 8, F("6.305"))],
)
def test_below_k_equal_d_the_formula_is_less_than_the_true_count(
    k: int, d: int, regions: int, ceiling: F
) -> None:
    assert bounds.zaslavsky(d, k) == regions
    assert (bounds.euler_number()[1] * k / d) ** d < ceiling < regions
    assert not bounds.talk_admits(d, 1, k, regions)
    assert bounds.talk_admits(d, 1, k, int(ceiling))
    cube = en.Box.of([(-1, 1)] * d)
    rows = [[int(i == j) for j in range(d)] for i in range(k)]
    net = en.ReluNetwork.of([(rows, [0] * k), ([[1] * k], [0])])
    assert sum(1 for _ in enumerate_cells(net, cube)) == regions


@given(st.integers(1, 8), st.integers(1, 3), st.integers(0, 8))
def test_the_formula_fails_for_every_width_up_to_half_of_d(k: int, t: int, more: int) -> None:
    d = 2 * k + more
    assert not bounds.talk_admits(d, t, k, bounds.composed(d, t, k))


# --- true counts -----------------------------------------------------------------------------


def networks(*activations: object) -> st.SearchStrategy[en.ReluNetwork]:
    """Small networks with weights in {-3..3}."""
    return relu_networks(
        inputs=range(1, 3),
        outputs=1,
        layers=range(1, 4),
        activations=activations,
        elements=st.integers(-3, 3).map(F),
    )


def widths_of(net: en.ReluNetwork) -> list[int]:
    return [layer.outputs for layer in net.layers[:-1]]


def regions(net: en.ReluNetwork) -> int:
    return sum(1 for _ in enumerate_cells(net, en.Box.of([(-9, 9)] * net.inputs)))


@given(networks("relu", "identity"))
def test_relu_and_identity_units_stay_below_the_sharpest_bound(net: en.ReluNetwork) -> None:
    assert regions(net) <= bounds.hinz(net.inputs, widths_of(net))


@given(networks("relu", "identity", "abs", {"leaky": "1/2"}))
def test_other_units_stay_below_montufar_and_below_hinz_with_each_unit_twice(
    net: en.ReluNetwork,
) -> None:
    assert regions(net) <= bounds.montufar(net.inputs, widths_of(net))
    assert regions(net) <= bounds.hinz(net.inputs, [2 * n for n in widths_of(net)])


def test_two_absolute_values_make_more_regions_than_serra_allows_two_relus() -> None:
    net = en.ReluNetwork.of([([[1]], [0]), ([[1]], [-1]), ([[1]], [0])], [["abs"], ["abs"]])
    assert regions(net) == bounds.montufar(1, [1, 1]) == 4 > bounds.serra(1, [1, 1]) == 3


def test_depth_raises_the_bounds_at_initialisation_but_hardly_the_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts = runpy.run_path(str(EXAMPLE))["main"]()
    assert [fact["widths"] for fact in facts] == [(24,), (12, 12), (6, 6, 6, 6)]
    for fact in facts:
        assert fact["estimate"] == 288
        assert max(fact["counts"]) <= bounds.hinz(2, fact["widths"])
        assert F(1, 2) < fact["mean"] / fact["estimate"] < F(3, 2)
    assert bounds.lower_montufar(2, (6, 6, 6, 6)) > 40 * max(facts[2]["counts"])
    assert capsys.readouterr().out in PAGE.read_text()


# --- the estimate at initialisation ----------------------------------------------------------


def test_the_estimate_is_the_formula_for_given_constants() -> None:
    assert bounds.hanin_rolnick(3, [4, 2]) == F(6**3, 6)
    assert bounds.hanin_rolnick(3, [4, 2], constant=F(1, 3), volume="5/2") == F(5, 2) * F(8, 6)
    assert bounds.hanin_rolnick(3, [1, 1], constant=7, volume=7) == 4  # fewer units than inputs
    assert bounds.hanin_rolnick(2, [1, 1]) == 2


@pytest.mark.parametrize("d", [1, 2, 3])
def test_the_estimate_is_the_leading_term_of_zaslavskys_count(d: int) -> None:
    k = 10**5
    assert abs(bounds.zaslavsky(d, k) / bounds.hanin_rolnick(d, [k]) - 1) < F(1, 10**4)


@given(dims, layers)
def test_the_estimate_counts_units_and_not_layers(d: int, widths: list[int]) -> None:
    assert bounds.hanin_rolnick(d, widths) == bounds.hanin_rolnick(d, [sum(widths)])


# --- the table -------------------------------------------------------------------------------


def test_the_table_has_every_bound_once_and_says_why_one_is_missing() -> None:
    rows = {row.name: row for row in bounds.table(3, [2, 2])}
    assert list(rows) == [
        "trivial", "talk", "composed", "raghu", "montufar", "serra", "hinz", "zaslavsky",
        "lower_montufar", "hanin_rolnick",
    ]  # fmt: skip
    notes = {name: row.note for name, row in rows.items() if row.value is None}
    assert notes == {
        "talk": "no bound below width d: needs k >= 3, got 2",
        "zaslavsky": "needs one hidden layer, got 2",
        "lower_montufar": "needs every width >= 3, got 2",
    }


@given(dims, layers)
def test_the_table_repeats_the_functions(d: int, widths: list[int]) -> None:
    t, k = len(widths), max(widths)
    mean = bounds.hanin_rolnick(d, widths)
    calls = {
        "trivial": bounds.trivial(widths),
        "talk": bounds.talk(d, t, k) if k >= d else None,
        "composed": bounds.composed(d, t, k),
        **{bound.__name__: bound(d, widths) for bound in UPPER},
        "zaslavsky": bounds.zaslavsky(d, k) if t == 1 else None,
        "lower_montufar": bounds.lower_montufar(d, widths) if min(widths) >= d else None,
        "hanin_rolnick": (mean, mean),
    }
    assert {row.name: row.value for row in bounds.table(d, widths)} == calls
    assert all(row.note for row in bounds.table(d, widths))
    kinds = {row.name: row.kind for row in bounds.table(d, widths) if row.kind != "upper"}
    assert kinds == {"lower_montufar": "lower", "hanin_rolnick": "expected"}
    lower = next(row for row in bounds.table(d, widths) if row.name == "lower_montufar")
    assert lower.value is None or lower.note.startswith("some network of these widths has as many")


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [0, -1, 1.5, "3", True])
def test_bad_sizes_are_named(bad: int) -> None:
    with pytest.raises(en.InputError, match=r"bounds\.k: expected an integer >= 1"):
        bounds.zaslavsky(2, bad)
    with pytest.raises(en.InputError, match=r"bounds\.regions: expected an integer >= 1"):
        bounds.talk_admits(2, 1, 2, bad)
    with pytest.raises(en.InputError, match=r"bounds\.terms: expected an integer >= 1"):
        bounds.euler_number(bad)
    functions: list[Callable[..., object]] = [bounds.hanin_rolnick, bounds.table]
    for function in [*UPPER, bounds.lower_montufar, *functions]:
        with pytest.raises(en.InputError, match=r"bounds\.d: expected an integer >= 1"):
            function(bad, [2])
        with pytest.raises(en.InputError, match=r"bounds\.width_2: expected an integer >= 1"):
            function(1, [2, bad])
        with pytest.raises(en.InputError, match=r"bounds\.layers: expected an integer >= 1"):
            function(1, [])


def test_a_width_is_not_a_list_of_widths() -> None:
    with pytest.raises(en.InputTypeError, match=r"bounds\.widths: expected a list .* got int"):
        bounds.trivial(4)  # type: ignore[arg-type]


def test_the_lower_bound_needs_widths_of_at_least_d() -> None:
    with pytest.raises(en.InputError, match=r"lower_montufar: expected widths >= d = 3, got 2\."):
        bounds.lower_montufar(3, [3, 2])


def test_the_estimate_refuses_floats_and_constants_below_zero() -> None:
    with pytest.raises(en.InputTypeError, match=r"bounds\.constant: .* got float 0\.5"):
        bounds.hanin_rolnick(2, [4], constant=0.5)  # type: ignore[arg-type]
    with pytest.raises(en.InputError, match=r"bounds\.volume: expected a rational > 0, got 0"):
        bounds.hanin_rolnick(2, [4], volume=0)

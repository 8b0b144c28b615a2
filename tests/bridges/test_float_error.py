"""Bounds on floating-point errors against adversarial evaluations in NumPy and torch."""

from fractions import Fraction as F

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import networks

from exactnet import (
    Box,
    InputError,
    InputTypeError,
    Limits,
    ReluNetwork,
    compile_ifs,
    gallery,
    realizes,
)
from exactnet.bridges import (
    exact_grid,
    float_error_bound,
    prove_exact_grid,
    prove_float_signs,
    round_network,
    surviving,
    to_torch,
)
from exactnet.bridges.enclosure import enclose
from exactnet.bridges.float_proof import positive_pieces
from exactnet.bridges.float_rows import as_fraction, held_rows
from exactnet.bridges.pieces import as_piece
from exactnet.bridges.rounding import FLOAT32, FORMATS
from exactnet.geometry.affine import AffineMap
from exactnet.verification.verdicts import Verdict

TYPES = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
Array = npt.NDArray[np.floating]


def summed(terms: Array, rng: np.random.Generator) -> np.floating:
    """The terms added up in a random tree, every addition rounded to their type."""
    values = list(terms[rng.permutation(len(terms))])
    while len(values) > 1:
        i, j = sorted(rng.choice(len(values), 2, replace=False))
        b, a = values.pop(j), values.pop(i)
        values.append(a + b)
    return values[0]


def evaluate(net: ReluNetwork, x: Array, rng: np.random.Generator, wide: bool = False) -> list[F]:
    """One layer after another in the type of x, each sum in its own random order.

    With ``wide`` a row is computed in double precision and rounded at the end, as kernels for
    narrow types do.
    """
    dtype = x.dtype.type
    inner = np.float64 if wide else dtype
    for layer in net.layers:
        after = []
        for row, shift, slope in zip(layer.weight, layer.bias, layer.slopes, strict=True):
            weights = np.array([float(w) for w in row], dtype=inner)
            terms = np.append(weights * x.astype(inner), inner(float(shift)))
            t = dtype(summed(terms, rng))
            after.append(t if t >= 0 or slope == 1 else dtype(float(slope)) * t)
        x = np.array(after, dtype=dtype)
    return [F(float(v)) for v in x]


@settings(max_examples=150)
@given(
    networks(),
    st.sampled_from(sorted(TYPES)),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
def test_every_order_of_summation_stays_within_the_bound(
    net: ReluNetwork, dtype: str, seed: int, wide: bool
) -> None:
    rng = np.random.default_rng(seed)
    net = round_network(net, dtype).network
    centre = [F(int(v), 4) for v in rng.integers(-8, 9, net.inputs)]
    size = F(1, int(rng.choice([1, 8, 64])))
    box = Box.of([(c - size, c + size) for c in centre])
    try:
        found = float_error_bound(net, box, dtype)
    except InputError as error:
        assert "overflow" in str(error) and dtype == "float16"
        return
    for _ in range(5):
        unit = rng.uniform(-1, 1, net.inputs) * float(size)
        x = (np.array([float(c) for c in centre]) + unit).astype(TYPES[dtype])
        x = np.clip(x, *np.array([[float(a) for a in b] for b in (box.lower, box.upper)]))
        x = x.astype(TYPES[dtype])
        exact = net([F(float(v)) for v in x])
        for value, y, bound, low, high in zip(
            evaluate(net, x, rng, wide), exact, found.bound, found.lower, found.upper, strict=True
        ):
            assert abs(value - y) <= bound
            assert low <= y <= high


@given(networks(), st.integers(0, 2**32 - 1))
def test_enclosures_hold_at_every_layer_on_slanted_pieces(net: ReluNetwork, seed: int) -> None:
    rng = np.random.default_rng(seed)
    net = round_network(net, "float32").network
    d = net.inputs
    matrix = [[F(int(v), 16) for v in row] for row in rng.integers(-9, 10, (d, d))]
    piece = AffineMap.of(matrix, [F(int(v), 3) for v in rng.integers(-6, 7, d)])
    steps = enclose(held_rows(net, FLOAT32), piece, FLOAT32)
    for _ in range(5):
        y = [F(int(v), 8) for v in rng.integers(-8, 9, d)]
        point = piece(tuple(y))
        for layer, step in zip(net.layers, steps, strict=True):
            point = layer.activate(
                tuple(
                    sum((w * v for w, v in zip(row, point, strict=True)), start=b)
                    for row, b in zip(layer.weight, layer.bias, strict=True)
                )
            )
            for value, unit in zip(point, step.units, strict=True):
                form = as_fraction(unit.centre) + sum(
                    as_fraction(s) * v for s, v in zip(unit.slopes, y, strict=True)
                )
                assert as_fraction(unit.least) <= value <= as_fraction(unit.most)
                assert as_fraction(unit.low) <= value - form <= as_fraction(unit.high)


def test_the_bound_is_of_the_right_size() -> None:
    """One row of ones: the bound is below three times the worst error that rounding allows."""
    n = 64
    net = ReluNetwork.of([([[1] * n], [0])])
    found = float_error_bound(net, Box.of([("1/2", 1)] * n), "float32").bound[0]
    assert F(n * (n - 1), 2**26) < found < 2 * F(n * n, 2**24)
    exact = ReluNetwork.of([([[4, 0], [0, 1]], [0, 0])])
    assert float_error_bound(exact, Box.cube(2), "float32").bound == (0, 0)


def test_a_unit_that_is_off_can_be_on_in_floats_and_the_bound_knows() -> None:
    """x + y - x - y - 2^-40, x = 1 and y just above half an ulp: one order gives ulp - y > 0."""
    carried = ([[1, 0], [0, 1], [1, 0], [0, 1]], [0] * 4)
    net = ReluNetwork.of(
        [carried, ([[1, 1, -1, -1]], [F(-1, 2**40)]), ([[1]], [0])], [["identity"] * 4]
    )
    y = F(1, 2**24) + F(1, 2**30)
    piece = Box.of([(1, F(3, 2)), (y, F(1, 2**20))])
    found = float_error_bound(net, piece, "float32")
    assert net([1, y]) == (0,) == found.upper
    one, half = np.float32(1), np.float32(float(y))
    worst = ((one + half) - one) - half + np.float32(-(2.0**-40))
    assert 0 < F(float(worst)) <= found.bound[0]


def test_the_sign_is_certain_only_off_the_bound() -> None:
    net = ReluNetwork.of([([[3]], [0])])
    for low, high, sign in ((-1, 1, 0), (1, 2, 1), (-2, -1, -1), (0, 1, 0), (-1, 0, 0)):
        assert float_error_bound(net, Box.of([(low, high)]), "float32").sign() == sign


def test_real_points_that_are_rounded_first_are_covered() -> None:
    net = ReluNetwork.of([([[4]], [0])])
    found = float_error_bound(net, Box.of([("1/3", "2/3")]), "float16", rounded_inputs=True)
    assert found.bound[0] >= 4 * abs(F(float(np.float16(0.4))) - F(2, 5))
    assert "at all rational points, rounded first, of the piece" in found.words()
    flushed = float_error_bound(net, Box.of([(0, 1)]), "float32", flush=True)
    assert 0 < flushed.bound[0] < F(1, 2**120)
    assert "flushed or not" in flushed.words()


def test_an_overflow_that_a_small_weight_would_hide_is_refused() -> None:
    """1000 t overflows in float16 for t = -100, and an infinity times 2^-10 stays one."""
    net = ReluNetwork.of([([[1]], [0]), ([[F(1, 2**10)]], [0])], [[{"leaky": 1000}]])
    with np.errstate(over="ignore"):
        assert np.isinf(np.float16(-100) * np.float16(1000) * np.float16(2.0**-10))
        assert np.isinf(np.float16(10**5) * np.float16(2.0**-10))
    with pytest.raises(InputError, match="layer 0: expected sums that float16 holds, got a possib"):
        float_error_bound(net, Box.of([(-100, -50)]), "float16")
    assert float_error_bound(net, Box.of([(-60, -50)]), "float16").bound[0] < F(1, 10)
    tiny = ReluNetwork.of([([[F(1, 2**10)]], [0])])
    far = Box.of([(0, 10**5)])
    with pytest.raises(InputError, match="box: expected points that float16 holds, got a possible"):
        float_error_bound(tiny, far, "float16", rounded_inputs=True)
    assert float_error_bound(tiny, far, "float16").bound[0] < F(1, 10)  # floats of the box only
    steep = ReluNetwork.of([([[2**10]], [0]), ([[F(1, 2**14)]], [0])], [[{"leaky": 2**10}]])
    with pytest.raises(InputError, match="layer 0: expected sums that float16 holds"):
        exact_grid(steep, Box.cube(1), "float16")


@pytest.mark.parametrize("box", [[(0, 1)], 3, None])
def test_what_is_no_box_is_refused(box: object) -> None:
    net = ReluNetwork.of([([[1]], [0])])
    with pytest.raises(InputTypeError, match="box: expected a Box or an AffineMap, got"):
        float_error_bound(net, box, "float32")  # type: ignore[arg-type]


@pytest.mark.parametrize("bits", [-1, 150, True, "10", 1.5])
def test_what_is_no_grid_is_refused(bits: object) -> None:
    net = ReluNetwork.of([([[1]], [0])])
    with pytest.raises(InputError, match="bits: expected 0 to 149, got"):
        prove_exact_grid(net, Box.cube(1), "float32", bits)  # type: ignore[arg-type]
    assert prove_exact_grid(net, Box.of([(0, F(1, 2**125))]), "float32", 149).bits == 149


def test_what_a_format_cannot_do_is_refused() -> None:
    third = ReluNetwork.of([([["1/3"]], [0])])
    with pytest.raises(
        InputError, match="layer 0: expected weights that float32 holds, got others"
    ):
        float_error_bound(third, Box.cube(1), "float32")
    large = ReluNetwork.of([([[60000, 60000]], [0])])
    with pytest.raises(InputError, match="sums that float16 holds, got a possible overflow"):
        float_error_bound(large, Box.cube(2), "float16")
    with pytest.raises(InputError, match="box: expected 2 sides, got 1"):
        float_error_bound(large, Box.cube(1), "float32")
    subnormal = ReluNetwork.of([([[F(1, 2**130)]], [0])])
    assert float_error_bound(subnormal, Box.cube(1), "float32").bound[0] > 0
    with pytest.raises(InputError, match="no subnormal weights"):
        float_error_bound(subnormal, Box.cube(1), "float32", flush=True)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_on_the_grid_every_order_gives_the_exact_value(depth: int) -> None:
    ifs = gallery.cantor_dust()
    net = compile_ifs(ifs, depth)
    grid = exact_grid(net, ifs.base, "float32")
    assert grid.bits is not None and grid.bits >= 2 * depth
    rng = np.random.default_rng(depth)
    for _ in range(20):
        point = rng.integers(-(2**grid.bits), 2**grid.bits + 1, 2) / 2**grid.bits
        x = point.astype(np.float32)
        exact = net([F(float(v)) for v in x])
        assert evaluate(net, x, rng) == list(exact)
        assert F(to_torch(net, "float32")(torch.tensor(x)[None]).item()) == exact[0]
    assert f"multiples of 2^-{grid.bits}" in grid.words()


@given(networks(), st.integers(0, 2**32 - 1))
def test_grids_are_exact_for_networks_of_every_kind(net: ReluNetwork, seed: int) -> None:
    rng = np.random.default_rng(seed)
    net = round_network(net, "float16").network
    grid = exact_grid(net, Box.cube(net.inputs), "float32")
    if grid.bits is None:
        assert "no grid" in grid.words()
        return
    x = (rng.integers(-(2**grid.bits), 2**grid.bits + 1, net.inputs) / 2**grid.bits).astype(
        np.float32
    )
    assert evaluate(net, x, rng) == list(net([F(float(v)) for v in x]))


def test_a_finer_grid_than_the_result_is_not_exact_in_some_order() -> None:
    net = ReluNetwork.of([([[1, 1, -1]], [0])])
    assert exact_grid(net, Box.of([(0, 2**11)] * 3), "float32").bits == 11
    x = np.array([2**11, 2**-13, 2**11], dtype=np.float32)
    assert F(float((x[0] + x[1]) - x[2])) != net([F(float(v)) for v in x])[0]
    assert exact_grid(net, [], "float32").bits is None


def test_cells_allow_finer_grids_than_the_whole_square() -> None:
    ifs = gallery.cantor_dust()
    net = compile_ifs(ifs, 4)
    whole = exact_grid(net, ifs.base, "float32").bits
    cells = exact_grid(net, [c.map for c in ifs.prefractal(2).cells()], "float32")
    assert cells.pieces == 16
    assert whole is not None and cells.bits is not None and cells.bits > whole


SIGNS = [
    ("cantor", 2, "float32", "1/4"),
    ("cantor-dust", 2, "float32", "1/4"),
    ("cantor-dust", 1, "bfloat16", "1/2"),
    ("rotated-dust", 1, "float32", "1/4"),
    ("cantor-dust", 1, "float64", "1/8"),
]


@pytest.mark.parametrize(("name", "depth", "dtype", "margin"), SIGNS)
def test_signs_in_floats_are_proved_and_hold_in_adversarial_orders(
    name: str, depth: int, dtype: str, margin: str
) -> None:
    ifs = gallery.get(name)
    net = round_network(compile_ifs(ifs, depth, "margin", margin=margin), dtype).network
    claim = realizes(net, ifs, depth, margin=margin, threshold="1/8")
    result = prove_float_signs(claim, dtype, flush=dtype != "bfloat16")
    assert result.verdict is Verdict.PROVED
    assert result.claim.startswith(f"f > 0 on the cells of K_{depth} shrunk by {margin} and f < 0")
    assert result.worst < F(1, 2) and result.pieces > 0
    if dtype == "bfloat16":
        return
    rng = np.random.default_rng(0)
    pieces = list(positive_pieces(claim.labelling, ifs.base))
    for _ in range(40):
        if rng.integers(2):
            core = pieces[rng.integers(len(pieces))]
            point = core(tuple(F(int(v), 16) for v in rng.integers(-16, 17, ifs.dim)))
        else:
            point = tuple(F(int(v), 2**10) for v in rng.integers(-(2**10), 2**10 + 1, ifs.dim))
        x = np.array([float(v) for v in point], dtype=TYPES[dtype])
        label = claim.labelling.label([F(float(v)) for v in x])
        if label is not None:
            assert evaluate(net, x, rng)[0] * label > 0


def test_a_float_claim_that_is_false_or_too_long_stays_unknown() -> None:
    ifs = gallery.cantor()
    net = compile_ifs(ifs, 1, "margin", margin="1/4")
    shifted = ReluNetwork.of(
        [
            (a.weight, [b + F(1, 4) for b in a.bias] if k == 1 else a.bias)
            for k, a in enumerate(net.layers)
        ]
    )
    wrong = realizes(round_network(shifted, "float32").network, ifs, 2, margin="1/8")
    result = prove_float_signs(wrong, "float32")
    assert result.verdict is Verdict.UNKNOWN
    assert "undecided in the part around" in result.reason
    dust = gallery.cantor_dust()
    long = compile_ifs(dust, 3, "margin", margin="1/4")
    claim = realizes(long, dust, 3, margin="1/4")
    stopped = prove_float_signs(claim, "float32", limits=Limits(seconds=0.2))
    assert stopped.verdict is Verdict.UNKNOWN and "time limit" in stopped.reason
    with pytest.raises(InputError, match="a claim with a margin, got one without"):
        prove_float_signs(realizes(compile_ifs(dust, 1), dust, 1), "float32")
    with pytest.raises(InputError, match="box: expected 2 sides, got 1"):
        prove_float_signs(claim, "float32", box=Box.cube(1))


def test_the_artefact_that_survives_is_proved_for_its_own_weights() -> None:
    exact = surviving(gallery.cantor_dust(), 4, "float16")
    assert (exact.method, exact.margin, exact.result.verdict) == ("exact", None, Verdict.PROVED)
    assert exact.report.exact
    rotated = surviving(gallery.rotated_dust(), 1, "float32")
    assert (rotated.method, rotated.margin) == ("margin", "1/8")
    assert rotated.result.verdict is Verdict.PROVED
    assert not rotated.report.exact
    assert round_network(rotated.network, "float32").report.exact
    assert rotated.claim.network is rotated.network
    assert rotated.words().startswith("method 'margin' with margin 1/8: float32 changes ")
    touching = surviving(gallery.sierpinski(), 1, "float16")
    assert touching.result.verdict is Verdict.PROVED


def test_formats_cover_the_types_that_are_emulated() -> None:
    for name, dtype in TYPES.items():
        info = np.finfo(dtype)
        fmt = FORMATS[name]
        assert F(float(info.max)) == fmt.largest
        assert F(float(info.tiny)) == fmt.smallest_normal
        assert F(float(info.eps)) == 2 * fmt.unit
    assert as_piece(Box.cube(2), 2) == AffineMap.identity(2)

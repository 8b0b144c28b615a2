"""Fractal distributions: exact probabilities, samplers whose labels are exact, goodness of fit."""

from collections.abc import Callable
from fractions import Fraction as F
from itertools import product

import mpmath
import numpy as np
import pytest

from exactnet.errors import ExactnetError, InputError
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution, central_box
from exactnet.fractals.goodness import chi_square_survival
from exactnet.fractals.ifs import IFS
from exactnet.fractals.sampling import Sampler, table
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron

CENTRAL = ("cantor", "cantor-reversed", "cantor-2d", "uneven-cantor", "rotated-dust", "cantor-3d")


def distribution(
    name: str, depth: int, negatives: str = "shell", margin: str | None = None
) -> FractalDistribution:
    curve = curves.weights(range(1, depth + 1))
    return FractalDistribution(gallery.get(name), depth, curve, negatives, margin)


def point(row: np.ndarray) -> tuple[F, ...]:
    return tuple(map(F, row.tolist()))


def level_of(ifs: IFS, x: tuple[F, ...], depth: int) -> int:
    """The largest j <= depth with x in K_j, -1 off K_0: Fractions only."""
    return max((j for j in range(depth + 1) if x in ifs.prefractal(j)), default=-1)


# ---------------------------------------------------------------- exact probabilities


@pytest.mark.parametrize("name", gallery.names())
def test_all_of_k0_has_probability_one_and_each_cell_its_share(name: str) -> None:
    dist = distribution(name, 2)
    ifs = dist.ifs
    assert dist.probability(ifs.base) == 1
    assert dist.probability(ifs.base, 1) == F(1, 2)
    wide = Box.of([(a - 5, b + 7) for a, b in zip(ifs.base.lower, ifs.base.upper, strict=True)])
    assert dist.probability(wide, -1) == F(1, 2)
    if all(f.matrix[i][j] == 0 for f in ifs.maps for i, j in product(range(ifs.dim), repeat=2)
           if i != j):  # fmt: skip
        f = ifs.maps[0]
        ends = zip(f(ifs.base.lower), f(ifs.base.upper), strict=True)
        image = Box.of([sorted(pair) for pair in ends])
        assert dist.probability(image, 1) == F(1, 2 * ifs.r)
        assert dist.probability(image, -1) == dist.curve.mass(2) * F(1, ifs.r)


def test_cells_of_unequal_size_are_equally_likely_and_shells_exclude_children() -> None:
    dist = FractalDistribution(gallery.uneven_cantor(), 2, curves.masses(["1/8", "3/8"]))
    # K_1 = [-1, 0] u [4/5, 1]; the gap (0, 4/5) is all of level 1
    assert dist.probability(Box.of([(0, "4/5")])) == F(1, 8)
    assert dist.probability(Box.of([(0, "1/5")])) == F(1, 32)
    assert dist.probability(Box.of([("4/5", 1)]), 1) == F(1, 4)
    # level 2 in [-1, 0]: its gap is (-1/2, -1/10), mass 3/16
    assert dist.probability(Box.of([("-1/2", "-1/10")])) == F(3, 16)
    assert dist.probability(Box.of([("-1/2", "-3/10")])) == F(3, 32)


def test_central_negatives_and_margins_shrink_the_support() -> None:
    dist = distribution("cantor-2d", 1, "central", "1/2")
    assert dist.probability(Box.cube(2, F(1, 3)), -1) == F(1, 2)
    assert dist.probability(Box.cube(2, F(1, 6)), -1) == F(1, 8)
    assert dist.probability(Box.of([("1/2", "5/6")] * 2), 1) == F(1, 8)
    assert dist.probability(Box.of([("1/3", "1/2")] * 2)) == 0


def test_a_polytope_and_its_parts_add_up() -> None:
    dist = distribution("rotated-dust", 2)
    below, above = Polyhedron.of_box(dist.ifs.base).split((3, 2, 1))
    assert below is not None
    assert above is not None
    assert dist.probability(below) + dist.probability(above) == 1


def test_components_and_curve_agree() -> None:
    dist = distribution("cantor", 3)
    assert [c.label for c in dist.components()] == [-1, -1, -1, 1]
    assert [c.level for c in dist.components()] == [1, 2, 3, 3]
    assert sum((c.mass for c in dist.components()), start=F(0)) == 1
    for j in range(4):
        off = sum((c.mass for c in dist.components() if c.label < 0 and c.level > j), start=F(0))
        assert dist.P(j) == 1 - off


# ---------------------------------------------------------------- samples


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", gallery.names())
def test_labels_of_float_points_are_exact(name: str, dtype: str) -> None:
    dist = distribution(name, 4)
    x, y = dist.sample(150, seed=5, dtype=dtype)
    assert x.dtype == dtype
    for row, label in zip(x, y, strict=True):
        level = level_of(dist.ifs, point(row), 4)
        assert (level == 4) == (label == 1)
        assert level >= 0


@pytest.mark.parametrize(("name", "depth"), [("cantor-dust", 12), ("rotated-dust", 9)])
def test_labels_of_deep_levels_are_exact_where_float64_is_nearly_too_coarse(
    name: str, depth: int
) -> None:
    dist = FractalDistribution(gallery.get(name), depth, curves.fine(depth))
    x, y = dist.sample(120, seed=1)
    for row, label in zip(x, y, strict=True):
        level = level_of(dist.ifs, point(row), depth)
        assert level == (depth if label == 1 else depth - 1)


def test_labels_are_exact_where_float32_is_nearly_too_coarse() -> None:
    dist = FractalDistribution(gallery.cantor_dust(), 6, curves.fine(6))
    x, y = dist.sample(300, seed=2, dtype="float32")
    for row, label in zip(x, y, strict=True):
        assert level_of(dist.ifs, point(row), 6) == (6 if label == 1 else 5)
    assert dist.goodness_of_fit(*dist.sample(50_000, 3, "float32")).p_value > 1e-4
    deeper = FractalDistribution(gallery.cantor_dust(), 9, curves.fine(9))
    with pytest.raises(InputError, match="cells that float32 can tell apart, got depth 9"):
        deeper.sample(1, dtype="float32")
    with pytest.raises(InputError, match="one of float64, float32"):
        dist.sample(1, dtype="float16")


class Extreme:
    """A generator whose numbers are the ends of [0, 1)."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def random(self, count: int) -> np.ndarray:
        return self.rng.choice([0.0, 1 - 2.0**-53], count)

    def integers(self, high: int, low_or_count: int, count: int = 0) -> np.ndarray:
        return self.rng.integers(high, low_or_count, count)


@pytest.mark.parametrize("name", ["cantor-dust", "sierpinski", "rotated-dust", "cantor-reversed"])
@pytest.mark.parametrize("depth", [1, 3, 8])
def test_the_outermost_points_drawn_are_still_inside(name: str, depth: int) -> None:
    dist = distribution(name, depth)
    sampler = Sampler.of(dist.parts)
    columns = sampler.draw(Extreme(), depth, 40)  # type: ignore[arg-type]
    for row in np.stack(columns, axis=1):
        assert level_of(dist.ifs, point(row), depth) == depth


@pytest.mark.parametrize("name", ["cantor-2d", "sierpinski", "rotated-dust", "uneven-cantor"])
def test_points_kept_next_to_an_image_are_still_outside_it(name: str) -> None:
    dist, letters = distribution(name, 6), 5
    sampler, ifs = Sampler.of(dist.parts), dist.ifs
    slack, rng = sampler._slack(letters), np.random.default_rng(3)
    rows = []
    for _ in range(6000):  # points of facets of images, moved by about the collar
        f = ifs.maps[rng.integers(ifs.r)]
        local = [F(float(v)) for v in rng.uniform(-1, 1, ifs.dim)]
        local = [a + (b - a) * (v + 1) / 2 for a, b, v in zip(*_ends(ifs.base), local, strict=True)]
        j = int(rng.integers(ifs.dim))
        local[j] = (ifs.base.lower, ifs.base.upper)[rng.integers(2)][j]
        step = float(slack * sampler.stretch) * 10 ** rng.uniform(-3, 1) * rng.choice([-1, 1])
        rows.append([float(v) + step for v in f(tuple(local))])
    u = list(np.array(rows).T.copy())
    base = ifs.base
    inside = np.all([(c > float(a)) & (c < float(b)) for c, a, b in
                     zip(u, *_ends(base), strict=True)], axis=0)  # fmt: skip
    kept = np.flatnonzero(inside & ~sampler._in_images(u, slack))[:250]
    assert len(kept) >= 100
    words = rng.integers(0, ifs.r**letters, len(kept))
    moved = table(ifs.maps, letters, sampler.reach).apply(words, [c[kept] for c in u])
    for row in np.stack(moved, axis=1):
        assert level_of(ifs, point(row), 6) <= letters


def _ends(box: Box) -> tuple[tuple[F, ...], tuple[F, ...]]:
    return box.lower, box.upper


@pytest.mark.parametrize("negatives", ["shell", "central"])
@pytest.mark.parametrize("name", CENTRAL)
def test_samples_fit_their_distribution_for_several_seeds(name: str, negatives: str) -> None:
    dist = distribution(name, 3, negatives, None if negatives == "shell" else "1/8")
    values = sorted(
        test.p_value
        for seed in range(4)
        for test in dist.goodness_of_fit(*dist.sample(20_000, seed)).tests
    )
    assert values[0] > 1e-5
    assert values[len(values) // 2] > 0.1


@pytest.mark.parametrize("name", ["sierpinski", "vicsek", "pentaflake", "sheared-dust"])
def test_samples_of_other_systems_fit(name: str) -> None:
    dist = distribution(name, 3)
    assert dist.goodness_of_fit(*dist.sample(40_000, 7)).p_value > 1e-4


def wrong_masses(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    keep = (y > 0) | (np.arange(len(y)) % 20 > 0)  # 5 % of the negatives are lost
    return x[keep], y[keep]


def wrong_labels(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y = y.copy()
    y[0] = -y[0]
    return x, y


def wrong_cells(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    keep = (x[:, 0] < 0) | (np.arange(len(y)) % 5 > 0)  # words are not equally likely
    return x[keep], y[keep]


def wrong_places(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    keep = (np.floor(x[:, 0] * 64) % 2 > 0) | (y < 0)
    return x[keep], y[keep]


@pytest.mark.parametrize("spoil", [wrong_masses, wrong_labels, wrong_cells, wrong_places])
def test_wrong_samplers_are_detected(spoil: Callable[..., tuple[np.ndarray, np.ndarray]]) -> None:
    dist = distribution("cantor-2d", 3)
    assert dist.goodness_of_fit(*spoil(*dist.sample(50_000, 2))).p_value < 1e-6


def test_the_talks_central_sampler_is_not_the_shell_sampler() -> None:
    shell, central = distribution("cantor-2d", 3), distribution("cantor-2d", 3, "central")
    assert shell.goodness_of_fit(*central.sample(20_000)).p_value < 1e-6
    assert central.goodness_of_fit(*shell.sample(20_000)).p_value == 0
    assert distribution("cantor", 3).goodness_of_fit(
        *distribution("cantor", 3, "central").sample(20_000)
    ).p_value > 1e-4  # fmt: skip


@pytest.mark.parametrize("m", [1, 2, 30, 300])
def test_small_samples_fit_and_with_labels_turned_do_not(m: int) -> None:
    dist = distribution("cantor-2d", 3)
    x, y = dist.sample(m, 1)
    assert dist.goodness_of_fit(x, y).p_value > 1e-3
    assert dist.goodness_of_fit(x, -y).p_value == 0
    assert dist.goodness_of_fit(x + 9, y).off_support == m


def test_samples_depend_on_the_seed_only() -> None:
    dist = distribution("cantor-dust", 3)
    x, y = dist.sample(1000, seed=3)
    again, labels = dist.sample(1000, seed=3)
    assert np.array_equal(x, again)
    assert np.array_equal(y, labels)
    assert not np.array_equal(x, dist.sample(1000, seed=4)[0])
    assert dist.sample(0, 1)[0].shape == (0, 2)
    assert (x.dtype, y.dtype) == (np.float64, np.int8)


@pytest.mark.parametrize("degrees", [1, 2, 5, 40, 600])
@pytest.mark.parametrize("ratio", [0.01, 0.5, 0.99, 1.0, 1.2, 3.0])
def test_the_chi_square_tail_agrees_with_mpmath(degrees: int, ratio: float) -> None:
    s = degrees * ratio
    wanted = float(mpmath.gammainc(degrees / 2, s / 2, regularized=True))
    assert chi_square_survival(s, degrees) == pytest.approx(wanted, rel=1e-9, abs=1e-14)


# ---------------------------------------------------------------- refusals


def test_the_central_box_is_the_gap_on_every_axis() -> None:
    assert central_box(gallery.cantor_reversed()) == Box.of([("1/3", "2/3")])
    assert central_box(gallery.cantor_dust()) == Box.cube(2, F(1, 2))
    assert central_box(gallery.rotated_dust()) == Box.cube(2, F(1, 4))


HALVES = IFS.of([([["1/2"]], ["-1/2"]), ([["1/2"]], ["1/2"])])
THIN = IFS.of([([["1/2"]], ["-1/2"]), ([["4999/10000"]], ["5001/10000"])])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: distribution("sierpinski", 1, "central"), "got 0 gaps on axis 0"),
        (lambda: distribution("vicsek", 1, "central"), "got 0 gaps on axis 0"),
        (lambda: distribution("cantor", 1, "middle"), "negatives: expected 'shell' or 'central'"),
        (lambda: distribution("cantor", 1, margin="1"), "margin: expected 0 < margin < 1, got 1"),
        (
            lambda: FractalDistribution(gallery.cantor(), 2, curves.fine(3)),
            "curve: expected a curve of depth 2, got depth 3",
        ),
        (
            lambda: FractalDistribution(HALVES, 1, curves.fine(1)),
            "expected images that leave a part of K_0 free",
        ),
        (
            lambda: FractalDistribution(gallery.cantor(), 1, "fine"),  # type: ignore[arg-type]
            "expected an IFS, a depth and a curve, got IFS and str",
        ),
        (
            lambda: FractalDistribution(gallery.cantor(), 60, curves.fine(60)).sample(1),
            "sample: expected cells that float64 can tell apart, got depth 60",
        ),
        (
            lambda: FractalDistribution(THIN, 1, curves.fine(1)).sample(1),
            "sample: expected images that leave at least 1/1000 of K_0 free",
        ),
        (lambda: distribution("cantor", 1).sample(-1), "m: expected 0..1000000000, got -1"),
        (lambda: distribution("cantor", 1).sample(1.5), "m: expected an integer, got float"),
        (lambda: distribution("cantor", 1).probability(Box.cube(2)), "expected dimension 1, got 2"),
        (
            lambda: distribution("cantor", 1).probability("all"),  # type: ignore[arg-type]
            "polytope: expected a Box or a Polyhedron, got str",
        ),
        (
            lambda: scaled(10**39).sample(5, dtype="float32"),
            "sample: expected a base and maps in the range of float32, got larger numbers",
        ),
        (lambda: scaled(10**400).sample(5), "a base and maps in the range of float64"),
        (
            lambda: FractalDistribution(
                IFS.of([([[F(1, 10**400)]], [0])]), 1, curves.fine(1)
            ).sample(1),
            "got depth 1, where rounding moves points by",
        ),
        (lambda: distribution("cantor", 1).probability(Box.cube(1), 0), "label: expected 1, -1"),
        (
            lambda: distribution("cantor", 1).goodness_of_fit(np.zeros((3, 2)), np.ones(3)),
            r"expected points \(m, 1\) and labels",
        ),
        (
            lambda: distribution("cantor", 1).goodness_of_fit(np.zeros((3, 1)), np.zeros(3)),
            "expected labels 1 and -1",
        ),
        (
            lambda: distribution("cantor", 1).goodness_of_fit(np.ones((1, 1)), np.array([1.5])),
            "expected labels 1 and -1",
        ),
        (
            lambda: distribution("cantor", 1).goodness_of_fit(np.array([["x"]]), np.ones(1)),
            "goodness_of_fit: expected arrays of numbers, got others",
        ),
    ],
)
def test_bad_distributions_are_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ExactnetError, match=message):
        make()


def scaled(size: int) -> FractalDistribution:
    """Negatives of the middle third of [-size, size]: in floats that are too small, infinities."""
    return FractalDistribution(IFS.of([([["1/3"]], [0])], base=[(-size, size)]), 1, curves.fine(1))


def test_words_that_64_bits_do_not_number_are_told_apart_by_their_first_letters() -> None:
    dist = FractalDistribution(gallery.cantor(3, "49/100"), 22, curves.fine(22))  # 8^22 = 2^66
    x, y = dist.sample(20_000, seed=4)
    fit = dist.goodness_of_fit(x, y)
    assert fit.off_support == 0 and fit.p_value > 1e-4
    [cells] = [test for test in fit.tests if test.name == "cells"]
    assert cells.degrees == 2 * (8**3 - 1)
    half = x[:, 0] > 0
    assert dist.goodness_of_fit(x[half], y[half]).p_value < 1e-9


def test_deep_distributions_that_cannot_be_sampled_still_have_exact_probabilities() -> None:
    dist = FractalDistribution(gallery.cantor(), 60, curves.fine(60))
    assert dist.probability(Box.of([("1/3", 2)])) == F(1, 2)

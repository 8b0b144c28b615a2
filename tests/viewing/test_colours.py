"""Colours: one for every affine piece, different for pieces that meet, grey for constants."""

import numpy as np
import pytest
from hypothesis import given, settings
from strategies_lower import networks

from exactnet.networks.network import ReluNetwork
from exactnet.regions.enumeration import enumerate_regions
from exactnet.viewing.colours import float_gradients, oklch, piece_colours

SIDES = [(-1, 1), (-1, 1)]


def test_oklch_has_white_black_and_the_primaries_where_ottosson_puts_them() -> None:
    known = {
        (1.0, 0.0, 0.0): (1, 1, 1),
        (0.0, 0.0, 0.0): (0, 0, 0),
        (0.62796, 0.25768, 29.234): (1, 0, 0),
        (0.86644, 0.29483, 142.495): (0, 1, 0),
        (0.45201, 0.31321, 264.052): (0, 0, 1),
    }
    for (lightness, chroma, degrees), rgb in known.items():
        found = oklch(np.array([lightness]), np.array([chroma]), np.radians([degrees]))
        assert found[0] == pytest.approx(rgb, abs=2e-3)


@settings(max_examples=30)
@given(networks(2, 1))
def test_pieces_that_share_an_edge_differ_visibly(net: ReluNetwork) -> None:
    cx = enumerate_regions(net, SIDES)
    colours = piece_colours(cx)
    assert len(colours) == cx.piece_classes.max() + 1
    assert ((colours >= 0) & (colours <= 1)).all()
    for a, b in cx.facet_cells.tolist():
        one, other = cx.piece_classes[a], cx.piece_classes[b]
        if b >= 0 and one != other:
            assert np.abs(colours[one] - colours[other]).max() > 0.01


@settings(max_examples=30)
@given(networks(2, 2))
def test_gradients_are_the_exact_ones_rounded(net: ReluNetwork) -> None:
    cx = enumerate_regions(net, SIDES)
    found = float_gradients(cx, np.arange(len(cx)))
    for cell, gradient in enumerate(found.tolist()):
        exact = [float(v) for v in cx.affine_piece(cell).weight[0]]
        assert gradient == pytest.approx(exact, rel=1e-9, abs=1e-6)


def test_constant_pieces_are_grey_and_steep_ones_are_not() -> None:
    net = ReluNetwork.of([([[1, 0]], [0]), ([[3]], [0])])
    cx = enumerate_regions(net, SIDES)
    flat, steep = (piece_colours(cx)[cx.piece_classes[cell]] for cell in (0, 1))
    assert np.ptp(flat) < 1e-3
    assert np.ptp(steep) > 0.1


def test_opposite_gradients_have_different_hues_and_depth_zero_has_one_colour() -> None:
    net = ReluNetwork.of([([[1, 0]], [0]), ([[1]], [0])], [["abs"]])
    left, right = piece_colours(enumerate_regions(net, SIDES))
    assert np.argmax(left) != np.argmax(right)
    assert piece_colours(enumerate_regions(ReluNetwork.of([([[1, 2]], [3])]), SIDES)).shape == (
        1,
        3,
    )


def test_a_gradient_that_cancels_up_to_rounding_is_grey() -> None:
    assert 0.1 + 0.2 - 0.3 != 0
    rows, readout = [[1, 0], [1, 0], [1, 0], [0, 1]], [["1/10", "1/5", "-3/10", 1]]
    cx = enumerate_regions(ReluNetwork.of([(rows, [0] * 4), (readout, [0])]), SIDES)
    cell = next(c for c in range(len(cx)) if cx.patterns()[c].tolist() == [1, 1, 1, 0])
    assert not any(cx.affine_piece(cell).weight[0])
    assert np.ptp(piece_colours(cx)[cx.piece_classes[cell]]) < 1e-3

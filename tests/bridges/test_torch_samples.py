"""Samples as tensors: the same points as NumPy's, labels exact for the stored values."""

from fractions import Fraction as F

import numpy as np
import pytest
import torch

from exactnet import bridges
from exactnet.errors import InputError
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution

DIST = FractalDistribution(gallery.cantor_dust(), 3, curves.uniform(3))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tensors_hold_the_points_of_the_numpy_sampler(dtype: str) -> None:
    x, y = bridges.sample_torch(DIST, 500, seed=4, dtype=dtype)
    points, labels = DIST.sample(500, 4, dtype)
    assert np.array_equal(x.numpy(), points)
    assert y.tolist() == labels.tolist()
    assert x.dtype == y.dtype == getattr(torch, dtype)
    prefractal = DIST.ifs.prefractal(3)
    for row, label in zip(x.tolist(), y.tolist(), strict=True):
        assert ([F(v) for v in row] in prefractal) == (label > 0)


def test_an_absent_device_is_refused() -> None:
    with pytest.raises(InputError, match="expected a device of this machine, got 'nowhere'"):
        bridges.sample_torch(DIST, 10, device="nowhere")

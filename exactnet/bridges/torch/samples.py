"""Samples of fractal distributions as tensors."""

from exactnet.bridges.torch.library import moved, torch
from exactnet.fractals.distribution import FractalDistribution


def sample_torch(
    dist: FractalDistribution,
    m: int,
    seed: int = 0,
    dtype: str = "float32",
    device: str = "cpu",
) -> "tuple[torch.Tensor, torch.Tensor]":
    """m independent samples: points (m, d) and labels (m,) of +-1, both of the dtype.

    The same points as ``dist.sample(m, seed, dtype)``, whose labels are exact for the points as
    they are stored.

    >>> from exactnet.fractals import curves, gallery
    >>> dist = FractalDistribution(gallery.cantor(2), 3, curves.uniform(3))
    >>> x, y = sample_torch(dist, 1000, seed=1)
    >>> tuple(x.shape), x.dtype, sorted(set(y.tolist()))
    ((1000, 2), torch.float32, [-1.0, 1.0])

    Raises InputError where the dtype cannot tell the finest cells apart, or for a device that is
    not there.
    """
    empty = moved(torch.empty(0), device)  # refused before any work is done
    x, y = dist.sample(m, seed, dtype)
    points = torch.from_numpy(x)
    return points.to(empty.device), torch.from_numpy(y).to(empty.device, points.dtype)

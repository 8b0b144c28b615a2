"""Hypothesis strategies for exact rationals, fractals and networks.

    from exactnet.testing import strategies as st

Conventions are Hypothesis's own: bounds are keyword arguments, values shrink towards small and
simple ones, sizes are a number, a range or a strategy, and impossible arguments are an error at
the call. There is a strategy for every public type that is given to exactnet; what it gives back
(results, certificates, region complexes) is computed from these.

>>> from hypothesis import given
>>> from exactnet.testing import strategies as st
>>> @given(st.boxes(dim=2), st.points(2))
... def test(box, x):
...     assert (x in box) == (x in box.scaled(1))
>>> test()
"""

from exactnet.testing.asked import halfspaces, queries
from exactnet.testing.compiled import claims, constructions
from exactnet.testing.degeneracies import DEGENERACIES
from exactnet.testing.laws import curves, distributions, labellings
from exactnet.testing.modules import torch_modules
from exactnet.testing.nets import ACTIVATIONS, relu_networks
from exactnet.testing.places import points_in, points_off
from exactnet.testing.registration import register
from exactnet.testing.shapes import affine_maps, boxes
from exactnet.testing.systems import ifs, prefractals
from exactnet.testing.values import dyadics, matrices, points, rationals

__all__ = [
    "ACTIVATIONS",
    "DEGENERACIES",
    "affine_maps",
    "boxes",
    "claims",
    "constructions",
    "curves",
    "distributions",
    "dyadics",
    "halfspaces",
    "ifs",
    "labellings",
    "matrices",
    "points",
    "points_in",
    "points_off",
    "prefractals",
    "queries",
    "rationals",
    "relu_networks",
    "torch_modules",
]

register()

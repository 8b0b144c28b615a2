"""Building blocks: exact networks of functions that users ask for, under one name.

>>> from exactnet.constructions import blocks
>>> blocks.parity(3)([1, 1, 1]), blocks.largest(2)([3, 4])
((Fraction(1, 1),), (Fraction(4, 1),))
"""

from exactnet.constructions.extrema import largest, lattice, smallest
from exactnet.constructions.fizzbuzz import FizzBuzz, fizzbuzz
from exactnet.constructions.parity import parity
from exactnet.constructions.piecewise_linear import PiecewiseLinear, interpolant
from exactnet.constructions.sawtooth import folding, sawtooth
from exactnet.constructions.surfaces import surface
from exactnet.constructions.words import Words
from exactnet.geometry.triangulation import Triangulation

__all__ = [
    "FizzBuzz",
    "PiecewiseLinear",
    "Triangulation",
    "Words",
    "fizzbuzz",
    "folding",
    "interpolant",
    "largest",
    "lattice",
    "parity",
    "sawtooth",
    "smallest",
    "surface",
]

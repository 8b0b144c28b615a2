"""Bounds on the number of regions of a relu network, as exact numbers or certified intervals.

``d`` is the input dimension and ``widths`` the hidden layers, first one first; ``t`` is their
number and ``k`` a width that all of them have (or the widest: every upper bound grows with it).

What is counted: full-dimensional activation regions, over all of R^d, so at most as many over a
box; distinct affine pieces are never more. The same upper bounds hold for all non-empty activation
patterns, because a small shift of the biases, smaller in earlier layers, makes them all
full-dimensional.

What is assumed: inside one region of the layers before it, a unit bends along one hyperplane at
most. That is so for relu, absolute value and leaky units alike. An identity unit adds no
hyperplane but carries a dimension on: count it in ``widths`` like any other, which is safe because
on a box it is a relu unit with a large bias. ``serra`` and ``hinz`` use more, that a relu unit
which is off passes nothing on; the others do, so for these two count each absolute value or leaky
unit twice (it is a relu and an identity). ``lower_montufar`` and ``hanin_rolnick`` are about relu.

>>> from exactnet.regions import bounds
>>> bounds.hinz(2, [3, 3]), bounds.montufar(2, [3, 3]), bounds.trivial([3, 3])
(40, 49, 64)
"""

from exactnet.regions.bounds.average import hanin_rolnick as hanin_rolnick
from exactnet.regions.bounds.euler import euler_number as euler_number
from exactnet.regions.bounds.euler import talk as talk
from exactnet.regions.bounds.euler import talk_admits as talk_admits
from exactnet.regions.bounds.of_network import network_table as network_table
from exactnet.regions.bounds.rows import BoundRow as BoundRow
from exactnet.regions.bounds.rows import table as table
from exactnet.regions.bounds.sizes import Interval as Interval
from exactnet.regions.bounds.worst_case import composed as composed
from exactnet.regions.bounds.worst_case import hinz as hinz
from exactnet.regions.bounds.worst_case import lower_montufar as lower_montufar
from exactnet.regions.bounds.worst_case import montufar as montufar
from exactnet.regions.bounds.worst_case import raghu as raghu
from exactnet.regions.bounds.worst_case import serra as serra
from exactnet.regions.bounds.worst_case import trivial as trivial
from exactnet.regions.bounds.worst_case import zaslavsky as zaslavsky

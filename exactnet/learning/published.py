"""The accuracies that the talk published (Malach and Shalev-Shwartz 2019, slides).

A depth-5 network on the two-dimensional Cantor set, n = 5, by curve. The width is not stated: 200
is inferred, as .992 is also the entry of the grid for depth 5 and width 200. The same equality says
that the grid's "good" curve is #1. The grid's legend is absent: that its rows are the depths 1 to
5, in this order, is a reading. So it is for the five rows of CIFAR-10; there, the talk states
neither padding nor stride, pools, rate or batch.
"""

CURVES = (0.992, 0.965, 0.910, 0.932, 0.757, 0.776)
WIDTHS = (10, 20, 50, 100, 200, 400)
GRID = (
    (0.613, 0.693, 0.725, 0.727, 0.724, 0.739),
    (0.722, 0.810, 0.824, 0.857, 0.859, 0.872),
    (0.778, 0.836, 0.878, 0.924, 0.931, 0.932),
    (0.823, 0.865, 0.915, 0.954, 0.972, 0.972),
    (0.806, 0.866, 0.950, 0.969, 0.992, 0.983),
)
CHANNELS = (8, 16, 32, 64, 128)
CIFAR10 = (
    (0.574, 0.620, 0.667, 0.696, 0.727),
    (0.590, 0.661, 0.734, 0.779, 0.813),
    (0.592, 0.676, 0.758, 0.806, 0.842),
    (0.595, 0.690, 0.765, 0.825, 0.850),
    (0.573, 0.691, 0.777, 0.830, 0.843),
)
NOTE = "the talk: 10^6 steps, width 200 (inferred)"

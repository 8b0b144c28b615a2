"""A part of a network's complex while it is being cut: faces, sign histories, vertex values.

The first bits of every history belong to the domain: on a box, bit 2j is set strictly above the
lower bound of coordinate j and bit 2j + 1 strictly below the upper one; on R^d, bit 0 is set off
infinity and the next ones have the signs of the artificial walls. Then follow the units, layer by
layer.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from exactnet.exact.rows import Row

Array = npt.NDArray[Any]


@dataclass(slots=True)
class Patch:
    """Cells with all their faces, after ``layer`` layers and ``unit`` units of the next one.

    Faces of dimension k >= 1 have ids offsets[k] .. offsets[k+1]-1, cells last; vertices have ids
    of their own. ``values`` (float64) or ``integers`` (int64) hold, for each vertex, the current
    layer's units, the homogeneous scale and the coordinates; ``rays`` the exact vertices known.
    """

    layer: int
    unit: int
    table: Array
    pool: Array
    offsets: Array
    vhist: Array
    fhist: Array
    values: Array
    rho: Array
    bound: Array
    vmask: Array | None = None
    rays: dict[int, Row] = field(default_factory=dict)
    owners: tuple[Array, Array] | None = None  # a cell for every face and vertex, once needed

    @property
    def cells(self) -> int:
        """The number of full-dimensional cells."""
        return int(self.offsets[-1] - self.offsets[-2])

    @property
    def dim(self) -> int:
        """d."""
        return len(self.offsets) - 2

    @property
    def exact(self) -> bool:
        """Whether the values are exact integers."""
        return bool(self.values.dtype == np.int64)

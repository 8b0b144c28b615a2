"""A colour for every affine piece: hue for the direction of its gradient, lightness to tell apart.

The same piece has the same colour wherever it occurs. Hues turn with the gradient of the (first)
output, and constant pieces are grey; pieces that share a facet get different lightness levels by
greedily colouring the graph of pieces. Colours are built in OKLCH, where equal steps look equal
(Ottosson 2020).
"""

import numpy as np

from exactnet.errors import InputError
from exactnet.regions.complex import RegionComplex
from exactnet.regions.patch import Array

INK, GREY, PAPER, FRACTAL = "#1b1f27", "#5b6270", "#ffffff", "#d1341c"
DARKEST, LIGHTEST = 0.69, 0.925
FAINTEST, STRONGEST = 0.045, 0.1  # chroma of the smallest and of the largest gradient
_CHUNK = 1024  # cells at a time, small enough for the processor's cache

_TO_LMS = np.array(
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728],
     [1, -0.0894841775, -1.291485548]]
)  # fmt: skip
_TO_RGB = np.array(
    [[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
     [-0.0041960863, -0.7034186147, 1.707614701]]
)  # fmt: skip


def oklch(lightness: Array, chroma: Array, hue: Array) -> Array:
    """sRGB triples in [0, 1] of OKLCH colours, clipped to what a screen shows; hue in radians."""
    lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
    linear = np.clip((lab @ _TO_LMS.T) ** 3 @ _TO_RGB.T, 0.0, 1.0)
    return np.asarray(
        np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    )


def piece_colours(cx: RegionComplex) -> Array:
    """An sRGB triple for every affine piece of a complex, by its number in ``piece_classes``."""
    _, first = np.unique(cx.piece_classes, return_index=True)
    gradients = _scaled(float_gradients(cx, first))
    levels = _levels(cx, len(first))
    top = max(int(levels.max()), 1)
    lightness = LIGHTEST - (LIGHTEST - DARKEST) * levels / top
    return oklch(lightness, _chroma(np.linalg.norm(gradients, axis=1)), _hues(gradients))


def hue_of(angle: Array) -> Array:
    """The hue for a gradient in the direction of an angle."""
    return angle + 0.6


def _hues(gradients: Array) -> Array:
    """The hue of each gradient: its direction in the plane of the first two coordinates."""
    second = gradients[:, 1] if gradients.shape[1] > 1 else np.zeros(len(gradients))
    return hue_of(np.arctan2(second, gradients[:, 0]))


def _chroma(size: Array) -> Array:
    """Grey for constants, else stronger for steeper pieces, on a logarithmic scale."""
    steep = size > 1e-12 * size.max()  # what is below has been rounded, or looks flat
    logs = np.log(size[steep])
    spread = np.ptp(logs) if len(logs) else 0.0
    chroma = np.zeros(len(size))
    chroma[steep] = STRONGEST
    if spread > 0:
        chroma[steep] -= (STRONGEST - FAINTEST) * (logs.max() - logs) / spread
    return chroma


def _scaled(gradients: Array) -> Array:
    """Gradients divided by their largest entry, so that squares neither overflow nor vanish."""
    largest = float(np.abs(gradients).max(initial=0.0))
    if not np.isfinite(largest):
        raise InputError.about(
            "picture", "slopes that floats hold", "steeper ones", "Scale the network down."
        )
    return gradients / largest if largest else gradients


def float_gradients(cx: RegionComplex, cells: Array) -> Array:
    """The gradient of the first output on some cells, rounded: for colours only."""
    on = cx.signs()[cells] > 0
    parts = np.split(on, range(_CHUNK, len(on), _CHUNK))
    with np.errstate(over="ignore", invalid="ignore"):
        return np.concatenate([_gradients(cx, part) for part in parts])


def _gradients(cx: RegionComplex, on: Array) -> Array:
    rows, first = np.tile(np.eye(cx.dim), (len(on), 1, 1)), 0
    for plan in cx.engine.plans:
        slopes = np.where(on[:, first : first + plan.units], 1.0, plan.slopes)
        flat = rows.reshape(-1, rows.shape[2]) @ plan.weights[:, :-1].T  # one product, not many
        rows = flat.reshape(*rows.shape[:2], plan.units) * slopes[:, None, :]
        first += plan.units
    return np.asarray(rows @ cx.engine.readout.weights[0, :-1])


def _levels(cx: RegionComplex, pieces: int) -> Array:
    """A small number for every piece, different for pieces that share a facet."""
    sides = cx.facet_cells[cx.facet_cells[:, 1] >= 0]
    pairs = np.sort(cx.piece_classes[sides], axis=1)
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    degree = np.bincount(both[:, 0], minlength=pieces)
    ends = np.cumsum(degree).tolist()
    neighbours, levels = both[:, 1].tolist(), [-1] * pieces
    for piece in np.argsort(-degree, kind="stable").tolist():
        start = ends[piece - 1] if piece else 0
        taken = {levels[other] for other in neighbours[start : ends[piece]]}
        levels[piece] = next(k for k in range(len(taken) + 1) if k not in taken)
    return np.array(levels)

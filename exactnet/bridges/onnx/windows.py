"""The windows that kernels of ONNX operators see: strides, dilations, padding, ceil_mode."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from exactnet.bridges.onnx.library import Array
from exactnet.bridges.onnx.ops import MAX_ELEMENTS, Call, room
from exactnet.bridges.untrusted import shown

AXES = (1, 2)


@dataclass(frozen=True, slots=True)
class Frame:
    """A kernel on an image, axis by axis: its span on the padded image, and the places it takes."""

    image: tuple[int, ...]
    strides: tuple[int, ...]
    steps: tuple[int, ...]
    before: tuple[int, ...]
    spans: tuple[int, ...]
    sides: tuple[int, ...]
    places: tuple[int, ...]


def frame(call: Call, image: tuple[int, ...], size: tuple[int, ...]) -> Frame:
    """The frame that the attributes of a node say.

    With ``ceil_mode`` the last place may reach beyond the padding, but not start behind the image.
    """
    axes = len(size)
    strides = _list(call, "strides", axes, 1)
    steps = _list(call, "dilations", axes, 1)
    if min((*size, *strides, *steps)) < 1:
        call.refuse("positive kernel_shape, strides and dilations", "others")
    spans = tuple((s - 1) * step + 1 for s, step in zip(size, steps, strict=True))
    before, after = _pads(call, image, spans, strides)
    ceil = call.attributes.get("ceil_mode", 0)
    sides, places = [], []
    for n, a, b, span, stride in zip(image, before, after, spans, strides, strict=True):
        count = -((span - n - a - b) // stride) + 1 if ceil else (n + a + b - span) // stride + 1
        while ceil and count > 1 and (count - 1) * stride >= n + a:
            count -= 1
        sides.append(max(n + a + b, (count - 1) * stride + span))
        places.append(count)
    if min(places) < 1:
        call.refuse("a kernel that fits the input", f"{size} on {image} with pads")
    return Frame(image, strides, steps, before, spans, tuple(sides), tuple(places))


def windows(call: Call, x: Array, size: tuple[int, ...], rest: Any) -> tuple[list[Array], Frame]:
    """What the kernel sees of one example at each place, channels first; ``rest`` outside of it."""
    if len(size) not in AXES or x.ndim != len(size) + 2 or x.shape[0] != 1:
        call.refuse("one example and one or two axes", f"shapes {x.shape} and {size}")
    found = frame(call, x.shape[2:], size)
    room(call, (x.shape[1], *found.sides))
    padded = np.full((x.shape[1], *found.sides), rest, dtype=object)
    inner = tuple(slice(a, a + n) for a, n in zip(found.before, found.image, strict=True))
    padded[(slice(None), *inner)] = x[0]
    views = []
    for place in product(*map(range, found.places)):
        starts = [p * stride for p, stride in zip(place, found.strides, strict=True)]
        part = tuple(
            slice(start, start + span, step)
            for start, span, step in zip(starts, found.spans, found.steps, strict=True)
        )
        views.append(padded[(slice(None), *part)])
    return views, found


def _list(call: Call, name: str, length: int, default: int) -> tuple[int, ...]:
    values = call.attributes.get(name, [default] * length)
    if len(values) != length or not all(0 <= v <= MAX_ELEMENTS for v in values):
        call.refuse(f"{length} {name}, from 0 to {MAX_ELEMENTS}", str(values)[:60])
    return tuple(values)


def _pads(
    call: Call, image: tuple[int, ...], spans: tuple[int, ...], strides: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The padding before and behind each axis, given or implied by auto_pad."""
    axes, auto = len(image), call.attributes.get("auto_pad", "NOTSET")
    if auto == "NOTSET":
        pads = _list(call, "pads", 2 * axes, 0)
        return pads[:axes], pads[axes:]
    if "pads" in call.attributes:
        call.refuse("pads or auto_pad", "both")
    if auto == "VALID":
        return (0,) * axes, (0,) * axes
    if auto not in ("SAME_UPPER", "SAME_LOWER"):
        call.refuse("auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER", f"'{shown(auto)}'")
    total = [
        (-(-n // stride) - 1) * stride + span - n
        for n, span, stride in zip(image, spans, strides, strict=True)
    ]
    if min(total) < 0:
        call.refuse("auto_pad that pads (runtimes differ where it would cut)", f"{total}")
    small, large = tuple(t // 2 for t in total), tuple(t - t // 2 for t in total)
    return (small, large) if auto == "SAME_UPPER" else (large, small)

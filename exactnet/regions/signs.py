"""Exact geometry from sign histories: the vertex that its signs determine."""

from exactnet.errors import ConsistencyError
from exactnet.exact.rows import Row, dot
from exactnet.regions.domain import Domain
from exactnet.regions.exact_vertices import ExactLayers, Intersection
from exactnet.regions.patch import Array


def as_integers(history: Array) -> tuple[int, int]:
    """The positive and the negative signs of a history as two integers, bit by bit."""
    half = len(history) // 2
    positive, negative = (
        sum(int(word) << (64 * k) for k, word in enumerate(part))
        for part in (history[:half], history[half:])
    )
    return positive, negative


def vertex_ray(exact: ExactLayers, domain: Domain, layers: int, vertex: Array, cell: Array) -> Row:
    """The exact ray (x s, s) of a vertex, from its history and that of a cell around it.

    The forms of all units in the first ``layers`` layers that vanish at the vertex, on the cell,
    and the facets of the domain through it, meet in this point only.
    """
    above, below = as_integers(vertex)
    positive = as_integers(cell)[0] >> domain.bits
    meeting = Intersection(domain.dim)
    for k, facet in enumerate(domain.facets):
        if not (above | below) >> k & 1:
            meeting.add(facet)
    zero = ~((above | below) >> domain.bits | exact.carried)
    for first, forms in exact.forms_on_cell(positive, layers):
        if meeting.complete:
            break
        for k, form in enumerate(forms):
            if zero >> (first + k) & 1 and not meeting.complete:
                meeting.add(form)
    ray = meeting.ray()
    if ray[-1]:
        return ray if ray[-1] > 0 else tuple(-v for v in ray)
    for k, facet in enumerate(domain.facets):
        known, value = (above >> k & 1) - (below >> k & 1), dot(facet, ray)
        if known and value:
            return ray if (value > 0) == (known > 0) else tuple(-v for v in ray)
    sign = _direction(exact, ray, positive, layers, above >> domain.bits, below >> domain.bits)
    return tuple(sign * v for v in ray)


def _direction(
    exact: ExactLayers, ray: Row, positive: int, layers: int, above: int, below: int
) -> int:
    """Which of two opposite rays at infinity has the given signs."""
    for first, forms in exact.forms_on_cell(positive, layers):
        for k, form in enumerate(forms):
            known = (above >> (first + k) & 1) - (below >> (first + k) & 1)
            value = 0 if exact.carried >> (first + k) & 1 else dot(form, ray)
            if known and value:
                return known if value > 0 else -known
    raise ConsistencyError.about("vertex", "a direction with a sign", str(ray)[:60], "Report it.")

"""Running the kernels: layer by layer, cutting a complex into pieces when it grows too large."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, TypeVar

from exactnet.errors import ConsistencyError
from exactnet.exact.rows import Row
from exactnet.networks.network import ReluNetwork
from exactnet.regions.domain import Domain
from exactnet.regions.exact_vertices import ExactLayers
from exactnet.regions.fallback import Fallback
from exactnet.regions.forward import OverflowsError, forward_floats, forward_integers
from exactnet.regions.kernel import columns as col
from exactnet.regions.kernel import extract
from exactnet.regions.patch import Patch
from exactnet.regions.plan import LayerPlan, plan_layers
from exactnet.regions.polishing import Polisher
from exactnet.regions.work import Work

T = TypeVar("T")
Tick = Callable[[int], None]  # called now and then with the number of cells at hand
UNLIMITED = 2**62
BREATH = 200_000  # cells between two looks at the limits


@dataclass(frozen=True, slots=True, eq=False)
class _Same(Generic[T]):
    """An object that equals itself only: comparing all numbers would cost more than it saves."""

    value: T

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value


@dataclass(slots=True)
class _Prepared:
    """What is computed once a network; ``overflows``: 64-bit integers were too small before."""

    plans: tuple[LayerPlan, ...]
    layers: ExactLayers
    polisher: Polisher
    overflows: bool = False


@lru_cache(maxsize=8)
def _prepared(key: _Same[ReluNetwork]) -> _Prepared:
    plans, net = plan_layers(key.value), key.value
    return _Prepared(plans, ExactLayers(net), Polisher.of(net, plans[:-1]))


@lru_cache(maxsize=16)
def _start(domain: _Same[Domain], words: int, exact: bool) -> Patch | None:
    return domain.value.start(words, exact)


def arithmetics(net: ReluNetwork) -> tuple[bool, ...]:
    """The arithmetics to try in turn: integers (True) unless they overflowed before, floats."""
    return (False,) if _prepared(_Same(net)).overflows else (True, False)


class Engine:
    """Enumerates the cells of a network's complex over a domain.

    ``exact`` chooses the arithmetic: 64-bit integers, which end with OverflowsError where they are
    too small, or floats with proven error bounds and exact answers where those do not decide.
    """

    def __init__(
        self, net: ReluNetwork, domain: Domain, exact: bool, tick: Tick = lambda _: None
    ) -> None:
        self.net, self.domain, self.exact, self.tick = net, domain, exact, tick
        self._prepared = _prepared(_Same(net))
        self.plans, self.readout = self._prepared.plans[:-1], self._prepared.plans[-1]
        self.layers, self.polisher = self._prepared.layers, self._prepared.polisher
        self.fallback = Fallback(self.layers, domain)
        self.bit_offsets = [domain.bits]
        for plan in self.plans:
            self.bit_offsets.append(self.bit_offsets[-1] + plan.units)
        self.words = -(-self.bit_offsets[-1] // 64)

    def start(self) -> Patch:
        """The uncut domain."""
        patch = _start(_Same(self.domain), self.words, self.exact)
        if patch is None:
            raise OverflowsError
        return replace(patch, rays=dict(patch.rays))  # rays are added as they become known

    def _overflow(self) -> OverflowsError:
        self._prepared.overflows = True
        return OverflowsError()

    def finished(self, patch: Patch) -> bool:
        """Whether all layers have cut."""
        return patch.layer == len(self.plans)

    def cut(self, patch: Patch, max_cells: int = UNLIMITED) -> Work:
        """Cut by the rest of the next layer, or until there are more than ``max_cells`` cells."""
        plan = self.plans[patch.layer]
        if patch.vmask is None:
            patch = self._forward(patch, plan)
        work = Work.of(patch, plan, min(max_cells, patch.cells + BREATH))
        return self.cut_on(work, max_cells)

    def cut_on(self, work: Work, max_cells: int) -> Work:
        """Go on with a cut that stopped at fewer cells."""
        while True:
            code = work.cut()
            self.tick(work.cells)
            if code == col.DONE or (code == col.ENOUGH and work.cells > max_cells):
                return work
            if code == col.ENOUGH:
                work.par[col.MAX_CELLS] = min(max_cells, work.cells + BREATH)
            elif code == col.GROW:
                work.grow()
            elif code == col.UNDECIDED:
                self.fallback.answer(work)
            elif code == col.OVERFLOW:
                raise self._overflow()
            else:
                raise ConsistencyError.about(
                    "complex", "a face cut in two", "an impossible boundary", "Report this bug."
                )

    def pieces(self, work: Work, size: int = UNLIMITED) -> Iterator[Patch]:
        """What was cut, in order of the sign vectors, as patches of at most ``size`` cells."""
        cells, offset = work.ordered_cells(), self.bit_offsets[work.patch.layer]
        for first in range(0, len(cells), size):
            patch = work.take(cells[first : first + size], offset, self.words)
            if not self.exact and not self.finished(patch):
                self.polisher.improve(patch, self.domain)
            yield patch

    def patches(self, first: Patch, max_cells: int = UNLIMITED) -> Iterator[Work | Patch]:
        """Depth first, in order: each part of the complex after its last layer."""
        stack = [first]
        while stack:
            patch = stack.pop()
            if self.finished(patch):
                yield patch
                continue
            work = self.cut(patch, max_cells)
            if work.finished and patch.layer + 1 == len(self.plans):
                yield work
                continue
            size = UNLIMITED if work.cells <= max_cells else max(1, max_cells // 8)
            stack += reversed(list(self.pieces(work, size)))

    def whole(self, first: Patch) -> Patch:
        """All cells in one patch."""
        patch = first
        while not self.finished(patch):
            patch = next(self.pieces(self.cut(patch)))
        return patch

    def ray(self, patch: Patch, v: int) -> Row:
        """The exact vertex of a patch, as an integer ray."""
        return self.fallback.ray(patch, v)

    def _forward(self, patch: Patch, plan: LayerPlan) -> Patch:
        last = self.plans[patch.layer - 1] if patch.layer else None
        if self.exact:
            try:
                return forward_integers(patch, plan, last)
            except OverflowsError:
                raise self._overflow() from None
        signs = None
        if last is not None:
            at = self.bit_offsets[patch.layer - 1]
            signs = extract.read_signs(patch.vhist, last.words, last.units, at, self.words)
        patch, undecided = forward_floats(patch, plan, last, signs)
        self.fallback.decide(patch, plan.words, undecided)
        return patch

"""What an assertion raises: a refutation with its report, or that nothing was decided."""

from exactnet.errors import ExactnetError
from exactnet.exact.rationals import Vector, to_text


class RefutedError(ExactnetError, AssertionError):
    """An assertion that is false; ``report`` says where, ``point`` is the counterexample."""

    def __init__(self, headline: str, lines: list[str], point: Vector | None = None) -> None:
        super().__init__("\n".join([headline, *(f"  {line}" for line in lines)]))
        self.headline = headline
        self.report = tuple(lines)
        self.point = point

    def exact_point(self) -> list[str] | None:
        """The coordinates of the counterexample as text."""
        return None if self.point is None else [to_text(value) for value in self.point]


class UndecidedError(ExactnetError, AssertionError):
    """An assertion that was neither proved nor refuted within the limits."""

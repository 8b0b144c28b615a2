"""Formulas of VNN-LIB files: linear terms, comparisons, and their disjunctive normal form."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain, pairwise

from exactnet.bridges.untrusted import shown
from exactnet.bridges.vnnlib.names import Names
from exactnet.bridges.vnnlib.sexpr import Atom, Expression, Group, operands
from exactnet.errors import FileError, InputError
from exactnet.exact.rationals import MAX_DIGITS, as_rational, is_readable

CONSTANT = -1
MAX_CASES = 100_000
MAX_INEQUALITIES = 10_000_000
Term = dict[int, Fraction]  # factors by place, and the constant
Inequality = tuple[Term, bool]  # term >= 0, or > 0
Cases = list[tuple[Inequality, ...]]

_COMPARISONS = {"<=": (-1, False), "<": (-1, True), ">=": (1, False), ">": (1, True)}
_EQUAL = ("=", "==")


class Formulas:
    """The meaning of expressions over declared names."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def conjunction(self, formulas: Iterable[Expression]) -> Cases:
        """The cases in which all formulas hold."""
        return self._all([self.cases(part) for part in formulas])

    def cases(self, part: Expression, positive: bool = True) -> Cases:
        """The cases in which a formula holds, or does not."""
        if isinstance(part, Atom):
            if part.text in ("true", "false"):
                return [()] if (part.text == "true") is positive else []
            raise self.names.wrong(part, "a formula", f"'{shown(part.text)}'")
        head, rest = part.head, operands(part)
        if head == "not" and len(rest) == 1:
            return self.cases(rest[0], not positive)
        if head in ("and", "or"):
            found = [self.cases(one, positive) for one in rest]
            return self._all(found) if (head == "and") is positive else self._any(found)
        if head in (*_COMPARISONS, *_EQUAL, "!=") and len(rest) >= 2:
            return self._compared(part, head, rest, positive)
        raise self.names.wrong(
            part,
            "and, or, not, <=, <, >=, >, =, == or != with what they compare",
            f"'{shown(head)}'",
        )

    def _compared(
        self, part: Group, head: str, rest: tuple[Expression, ...], positive: bool
    ) -> Cases:
        """A comparison; one of several terms says it of each and the next."""
        terms = [self.term(one) for one in rest]
        if head == "!=" and len(terms) > 2:
            raise self.names.wrong(part, "two terms to tell apart", str(len(terms)))
        found = [self._pair(part, a, b, positive) for a, b in pairwise(terms)]
        return self._all(found) if positive else self._any(found)

    def _pair(self, part: Group, a: Term, b: Term, positive: bool) -> Cases:
        head = part.head
        above = self._sum(part, [(a, 1), (b, -1)])
        below = {place: -value for place, value in above.items()}
        if head in _COMPARISONS:
            sign, strict = _COMPARISONS[head]
            term = above if (sign > 0) is positive else below
            return [((term, strict is positive),)]
        if (head in _EQUAL) is positive:
            return [((above, False), (below, False))]
        return [((above, True),), ((below, True),)]

    def term(self, part: Expression) -> Term:
        """A linear term."""
        if isinstance(part, Atom):
            place = self.names.place(part)
            if place is not None:
                return {place: Fraction(1)}
            if not part.text.isprintable():
                raise self.names.wrong(part, "a number or a name", f"'{shown(part.text)}'")
            where = f"{self.names.where}, line {part.line}"
            try:
                return {CONSTANT: as_rational(part.text, where)}
            except InputError as error:
                raise FileError(str(error)) from None
        terms = [self.term(one) for one in operands(part)]
        if part.head == "+" and terms:
            return self._sum(part, [(term, 1) for term in terms])
        if part.head == "-" and terms:
            first, *others = terms
            sign = 1 if others else -1
            return self._sum(part, [(first, sign), *((term, -1) for term in others)])
        if part.head == "*" and terms:
            return self._product(part, terms)
        if part.head == "/" and len(terms) == 2:
            divisor = _number(terms[1])
            if not divisor:
                got = "an unknown" if divisor is None else "0"
                raise self.names.wrong(part, "a number other than 0 to divide by", got)
            return self._sum(part, [(terms[0], 1 / divisor)])
        raise self.names.wrong(part, "a linear term of +, -, * and /", f"'{shown(part.head)}'")

    def _product(self, part: Group, terms: list[Term]) -> Term:
        """A product with one term at most that is no number."""
        found: Term = {CONSTANT: Fraction(1)}
        for term in terms:
            left, right = _number(found), _number(term)
            if right is not None:
                found = self._sum(part, [(found, right)])
            elif left is not None:
                found = self._sum(part, [(term, left)])
            else:
                raise self.names.wrong(part, "a linear term", "a product of unknowns")
        return found

    def _all(self, parts: list[Cases]) -> Cases:
        """The conjunction of disjunctions."""
        common = tuple(chain.from_iterable(cases[0] for cases in parts if len(cases) == 1))
        found: Cases = [common]
        for cases in sorted((cases for cases in parts if len(cases) != 1), key=len):
            held, added = sum(map(len, found)), sum(map(len, cases))
            self._check(len(found) * len(cases), held * len(cases) + added * len(found))
            found = [one + case for one in found for case in cases]
        return found

    def _any(self, parts: list[Cases]) -> Cases:
        found = list(chain.from_iterable(parts))
        self._check(len(found), sum(map(len, found)))
        return found

    def _sum(self, part: Group, terms: Iterable[tuple[Term, int | Fraction]]) -> Term:
        """The sum of multiples, without zeros."""
        found: Term = {}
        for term, factor in terms:
            for place, value in term.items():
                total = found[place] = found.get(place, Fraction(0)) + factor * value
                if not is_readable(total):
                    raise self.names.wrong(part, f"numbers of {MAX_DIGITS} digits", "longer ones")
        return {place: value for place, value in found.items() if value}

    def _check(self, cases: int, inequalities: int) -> None:
        if cases > MAX_CASES or inequalities > MAX_INEQUALITIES:
            raise FileError.about(
                self.names.where,
                f"at most {MAX_CASES} cases with {MAX_INEQUALITIES} inequalities together",
                "more",
                "Split the query into several files.",
            )


def _number(term: Term) -> Fraction | None:
    """The value of a term without unknowns."""
    return term.get(CONSTANT, Fraction(0)) if set(term) <= {CONSTANT} else None

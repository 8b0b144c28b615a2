"""The certificate checker: one file, the standard library only; no search, no solving, no repair.

    exactnet check FILE          or, without the package,          python -I -S check.py FILE

It reads a certificate (docs/reference/certificate-format.md states the rules and why they suffice),
re-derives the claim from the IFS and the network in the file, and says in words what is proved.
Exit status: 0 accepted, 1 rejected (the evidence does not prove the claim), 2 malformed.

Nothing in a file is trusted. All numbers are integers or fractions; sizes and work are bounded.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

FORMAT = "exactnet-certificate/1"
MAX_BYTES = 64 * 2**20
MAX_MEMORY = 150 * 2**20  # that the parsed document may take, estimated
MAX_DIGITS = 4000
MAX_DIM = 10  # d of an IFS or a cover
MAX_WORK = 10**10  # products of machine words, estimated before they are computed
MAX_KEPT = 2**25  # machine words in memory beside the document, estimated
STEP = 10  # what an operation on short integers costs
FRACTION = 200  # and one on short fractions
MAX_FORMS = 300_000  # coefficients, weighted by their words, of the forms a tree is about
MAX_GROUP = 10_000
MAX_UNDONE = 20_000
MAX_DEPTH = 1000

Vector = Sequence[Fraction]
Row = Sequence[Fraction]  # weights, then the constant
Form = dict[int, Fraction]  # coefficients by variable; the constant under ONE
Fact = tuple[Form, bool]  # form > 0 if True, else form >= 0
Layer = tuple[list[list[Fraction]], list[Fraction], list[Fraction]]  # weight, bias, slopes
Goal = tuple[Row, bool]  # row > 0 if True, else row >= 0, over the inputs and the outputs
Affine = tuple[list[list[Fraction]], list[Fraction]]  # matrix, translation
Turn = tuple[int, ...]  # a signed permutation
ScaledLayer = tuple[list[list[tuple[int, int]]], int, int, list[int]]  # see scaled
ONE = -1


class Rejected(Exception):  # noqa: N818
    """The evidence does not prove the claim."""


class Malformed(Rejected):
    """The file is not a certificate."""


def require(condition: object, what: str) -> None:
    """Reject unless a condition holds."""
    if not condition:
        raise Rejected(what)


# Reading ------------------------------------------------------------------------------------------


def read(path: str) -> dict[str, Any]:
    """The JSON object in a file, without floats, repeated keys, long numbers or deep nesting."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Malformed(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return parse(data)


def parse(data: bytes) -> dict[str, Any]:
    """As ``read``, from bytes."""
    brackets = data.count(b"[") + data.count(b"{") + data.count(b'"') // 2
    memory = 3 * len(data) + 100 * brackets + 80 * data.count(b",")
    if len(data) > MAX_BYTES or memory > MAX_MEMORY:
        raise Malformed("the file is too large")
    if not data.isascii() or b"\\" in data:
        raise Malformed("a certificate is ASCII text without backslashes")

    def refuse(token: str) -> Any:
        raise Malformed(f"{token[:20]} is not an exact number")

    def integer(token: str) -> int:
        if len(token) > MAX_DIGITS:
            raise Malformed(f"a number of {len(token)} digits")
        return int(token)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise Malformed("a key occurs twice in one object")
        return dict(pairs)

    hooks: dict[str, Any] = {"parse_float": refuse, "parse_constant": refuse}
    try:
        document = json.loads(
            data.decode("ascii"), parse_int=integer, object_pairs_hook=unique, **hooks
        )
    except RecursionError:
        raise Malformed("the nesting is too deep") from None
    except ValueError as error:
        raise Malformed(f"not JSON: {str(error)[:80]}") from None
    return record(document, "format", "claim", "evidence")


def record(value: Any, *keys: str) -> dict[str, Any]:
    """An object with exactly these keys."""
    if not isinstance(value, dict) or set(value) != set(keys):
        found = ", ".join(sorted(value))[:60] if isinstance(value, dict) else type(value).__name__
        raise Malformed(f"expected an object with the keys {', '.join(keys)}, got {found}")
    return value


def array(value: Any, what: str, size: int | None = None) -> list[Any]:
    """A list, of a size if one is given."""
    if not isinstance(value, list) or (size is not None and len(value) != size):
        wanted = "a list" if size is None else f"a list of {size}"
        found = f"one of {len(value)}" if isinstance(value, list) else type(value).__name__
        raise Malformed(f"{what}: expected {wanted}, got {found}")
    return value


def whole(value: Any, what: str, high: int | None = None) -> int:
    """An integer >= 0, below ``high`` if that is given."""
    if type(value) is not int or value < 0 or (high is not None and value >= high):
        raise Malformed(
            f"{what}: expected an integer from 0 to {'any' if high is None else high - 1}"
        )
    return value


def rational(value: Any) -> Fraction:
    """An integer or a string "p" or "p/q"."""
    if type(value) is int:
        return Fraction(value)
    if isinstance(value, str):
        parts = value.removeprefix("-").split("/", 1)
        if all(p.isascii() and p.isdigit() and len(p) <= MAX_DIGITS for p in parts):
            numerator, denominator = int(parts[0]), int(parts[1]) if len(parts) == 2 else 1
            if denominator:
                return Fraction(-numerator if value[0] == "-" else numerator, denominator)
    found = repr(value[:40]) if isinstance(value, str) else f"a {type(value).__name__}"
    raise Malformed(f"{found} is not a rational")


def rationals(value: Any, size: int | None = None) -> list[Fraction]:
    """A list of rationals."""
    return [rational(entry) for entry in array(value, "numbers", size)]


def table(value: Any, columns: int, rows: int | None = None) -> list[list[Fraction]]:
    """A list of lists of rationals."""
    return [rationals(row, columns) for row in array(value, "rows", rows)]


def shown(x: Sequence[Fraction]) -> str:
    """A point in words."""
    long = any(max(abs(v.numerator), v.denominator) >= 10**50 for v in x)
    return "with long coordinates" if long else f"({', '.join(map(str, x))})"


# Linear algebra -----------------------------------------------------------------------------------


def dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    """The sum of products."""
    return sum(map(lambda x, y: x * y, a, b))


def identity(d: int) -> Affine:
    """The identity of R^d."""
    return [[Fraction(int(i == j)) for j in range(d)] for i in range(d)], [Fraction(0)] * d


def product(a: Row, b: Row, start: Fraction) -> Fraction:
    """As ``dot``, of fractions, which may grow."""
    for x, y in zip(a, b, strict=True):
        if x and y:
            start += x * y
            Work.charge_fractions(1, size(start))
    return start


def apply(f: Affine, x: Vector) -> list[Fraction]:
    """A x + b."""
    Work.charge(STEP * len(f[0]) * len(x))
    return [product(row, x, shift) for row, shift in zip(f[0], f[1], strict=True)]


def after(f: Affine, g: Affine) -> Affine:
    """The composition x -> f(g(x))."""
    columns, zero = list(zip(*g[0], strict=True)), Fraction(0)
    Work.charge(STEP * len(f[0]) * len(columns) * len(g[0]))
    return [[product(row, column, zero) for column in columns] for row in f[0]], apply(f, g[1])


def inverse(f: Affine) -> Affine:
    """The inverse map, by Gauss-Jordan elimination of (A | 1); rejects singular maps."""
    d = len(f[0])
    rows = [[*row, *unit] for row, unit in zip(f[0], identity(d)[0], strict=True)]
    for c in range(d):
        pivot = next((i for i in range(c, d) if rows[i][c]), None)
        if pivot is None:
            raise Rejected("a map is not invertible")
        rows[c], rows[pivot] = rows[pivot], rows[c]
        Work.charge_fractions(2 * d, words(rows[c]))
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for i in range(d):
            factor = rows[i][c]
            if i != c and factor:
                Work.charge_fractions(2 * d, words(rows[i]) + words(rows[c]))
                rows[i] = [v - factor * w for v, w in zip(rows[i], rows[c], strict=True)]
    matrix = [row[d:] for row in rows]
    return matrix, [-dot(row, f[1]) for row in matrix]


def determinant_sign(rows: list[list[int]]) -> int:
    """The sign of an integer determinant, by Bareiss' elimination without fractions."""
    rows, sign, last = [list(row) for row in rows], 1, 1
    for c in range(len(rows) - 1):
        pivot = next((i for i in range(c, len(rows)) if rows[i][c]), None)
        if pivot is None:
            return 0
        if pivot != c:
            rows[c], rows[pivot], sign = rows[pivot], rows[c], -sign
        for i in range(c + 1, len(rows)):
            for j in range(c + 1, len(rows)):
                rows[i][j] = (rows[i][j] * rows[c][c] - rows[i][c] * rows[c][j]) // last
        last = rows[c][c]
    return sign * sign_of(rows[-1][-1])


def integers(row: Row) -> list[int]:
    """A positive multiple of a row, in coprime integers."""
    scale = lcm(*(v.denominator for v in row))
    values = [v.numerator * (scale // v.denominator) for v in row]
    content = gcd(*values)
    return [v // content for v in values]


def size(number: Fraction) -> int:
    """The machine words of a number, rounded down."""
    return (number.numerator.bit_length() + number.denominator.bit_length()) // 64


def words(numbers: Iterable[Fraction]) -> int:
    """The machine words of the longest number."""
    return 1 + max(map(size, numbers))


def longest(rows: Iterable[Iterable[int]]) -> int:
    """The machine words of the longest integer, rounded down."""
    return max((abs(v).bit_length() for row in rows for v in row), default=0) // 64


class Work:
    """What has been computed and kept so far, by estimate; limited while checking."""

    done, held, limited = 0, 0, False

    @classmethod
    def charge(cls, amount: int) -> None:
        """Reject what would take too long."""
        cls.done += amount
        require(not cls.limited or cls.done <= MAX_WORK, "checking it would take too long")

    @classmethod
    def keep(cls, amount: int) -> None:
        """Reject what would take too much memory."""
        cls.held += amount
        require(not cls.limited or cls.held <= MAX_KEPT, "checking it would take too much memory")

    @classmethod
    def charge_fractions(cls, operations: int, length: int) -> None:
        """Operations on fractions of so many words: most of it is finding common divisors."""
        cls.charge(operations * (FRACTION + 32 * length**2))


# The iterated function system ---------------------------------------------------------------------


class IFS:
    """Base box and maps; ``maps`` and ``inverses`` in the given coordinates or in normalised ones.

    ``inverses`` also says that every map is invertible.
    """

    def __init__(self, document: Any) -> None:
        record(document, "base", "maps")
        sides = array(document["base"], "base")
        self.dim = d = whole(len(sides), "dimension", MAX_DIM + 1)
        self.base = table(sides, 2)
        if not sides or any(low >= high for low, high in self.base):
            raise Malformed("base: expected sides with lower < upper")
        self.maps: list[Affine] = []
        entries = array(document["maps"], "maps")
        Work.keep(60 * len(entries) * d * (d + 1))
        for entry in entries:
            record(entry, "matrix", "translation")
            self.maps.append((table(entry["matrix"], d, d), rationals(entry["translation"], d)))
        if not self.maps:
            raise Malformed("maps: expected at least one")
        self.inverses = [inverse(f) for f in self.maps]
        halves = [(high - low) / 2 for low, high in self.base]
        centres = [(high + low) / 2 for low, high in self.base]
        self.to_cube: Affine = (
            [[v / h for v in row] for row, h in zip(identity(d)[0], halves, strict=True)],
            [-c / h for c, h in zip(centres, halves, strict=True)],
        )
        back = inverse(self.to_cube)
        self.normal_maps = [after(self.to_cube, after(f, back)) for f in self.maps]
        self.normal_inverses = [inverse(f) for f in self.normal_maps]

    def require_cube_maps(self, inner: Fraction, outer: Fraction) -> None:
        """Reject unless every normalised F_i maps [-inner, inner]^d into [-outer, outer]^d."""
        Work.charge(FRACTION * len(self.normal_maps) * self.dim * (self.dim + 1))
        for k, (matrix, shift) in enumerate(self.normal_maps, 1):
            for row, b in zip(matrix, shift, strict=True):
                reach = sum(map(abs, row), start=Fraction(0)) * inner + abs(b)
                require(reach <= outer, f"F_{k} does not map cube({inner}) into cube({outer})")

    def contains(self, i: int, x: Vector) -> bool:
        """Whether x lies in F_i(K_0)."""
        return self.in_base(apply(self.inverses[i], x))

    def in_base(self, x: Vector) -> bool:
        """Whether x lies in K_0."""
        return all(low <= v <= high for v, (low, high) in zip(x, self.base, strict=True))


class Labelling:
    """Which points are positive and which negative, and the threshold c between them."""

    def __init__(self, ifs: IFS, document: Any) -> None:
        plain = isinstance(document, dict) and document.get("margin") is None
        record(document, "margin", "threshold", *(() if plain else ("side",)))
        self.ifs, self.side = ifs, document.get("side")
        self.margin = None if plain else rational(document["margin"])
        self.threshold = rational(document["threshold"])
        if self.threshold < 0 or (self.margin is not None and not 0 < self.margin < 1):
            raise Malformed("a threshold below 0 or a margin not between 0 and 1")
        if not plain and self.side not in ("inner", "absolute", "outer"):
            raise Malformed("side: expected inner, absolute or outer")

    def box(self, factor: Fraction) -> list[list[Fraction]]:
        """The base, scaled about its centre."""
        return [
            [(a + b) / 2 - factor * (b - a) / 2, (a + b) / 2 + factor * (b - a) / 2]
            for a, b in self.ifs.base
        ]

    def enclosure(self) -> list[list[Fraction]]:
        """The box L such that points in no F_w(L) are negative."""
        margin = self.margin if self.side == "outer" else None
        return self.box(1 + (margin or Fraction(0)))

    def core(self, expansion: Affine) -> list[list[Fraction]]:
        """The box C such that F_w(C) are the positives of a cell with inverse map ``expansion``."""
        if self.margin is None or self.side == "outer":
            return self.ifs.base
        if self.side == "inner":
            return self.box(1 - self.margin)
        insets = [self.margin * sum(map(abs, row)) for row in expansion[0]]
        return [[a + m, b - m] for (a, b), m in zip(self.ifs.base, insets, strict=True)]

    def sentence(self, n: str) -> str:
        """The claim in words."""
        c = self.threshold
        off = f"f <= -{c}" if c else "f < 0"
        positives, negatives = f"K_{n}", f"off K_{n}"
        if self.side == "inner":
            positives = f"the cells of K_{n} shrunk by {self.margin}"
        elif self.side == "absolute":
            positives = f"all balls of radius {self.margin} (sup norm) in cells of K_{n}"
        elif self.side == "outer":
            negatives = f"off the cells of K_{n} enlarged by {self.margin}"
        return f"f >= {c} on {positives} and {off} everywhere {negatives}, on all of R^d"


# Networks -----------------------------------------------------------------------------------------


class Network:
    """Layers of exact weights; the last one is affine."""

    def __init__(self, layers: list[Layer]) -> None:
        self.layers, self.inputs = layers, len(layers[0][0][0])
        self.outputs = len(layers[-1][0])
        self.slopes = [slope for layer in layers[:-1] for slope in layer[2]]

    @classmethod
    def of(cls, document: Any) -> "Network":
        """Read from a list of layers."""
        entries, layers, before = array(document, "network"), [], None
        for k, entry in enumerate(entries):
            keys = set(entry) if isinstance(entry, dict) else set()
            record(entry, "weight", "bias", *(["activation"] if "activation" in keys else []))
            bias, last = rationals(entry["bias"]), k == len(entries) - 1
            rows = array(entry["weight"], "weight", len(bias))
            if before is None and rows:
                before = len(array(rows[0], "weight"))
            if not bias or not before:
                raise Malformed("a layer without units or inputs")
            default = ["identity" if last else "relu"] * len(bias)
            given = array(entry.get("activation", default), "activation", len(bias))
            slopes = [slope_of(activation) for activation in given]
            if last and any(slope != 1 for slope in slopes):
                raise Malformed("the last layer is affine")
            layers.append((table(rows, before), bias, slopes))
            before = len(bias)
        if not layers:
            raise Malformed("a network without layers")
        return cls(layers)

    def __call__(self, x: Vector) -> list[Fraction]:
        """The outputs at a point."""
        values = list(x)
        for weight, bias, slopes in self.layers:
            sums = apply((weight, bias), values)
            values = [z if z >= 0 else a * z for z, a in zip(sums, slopes, strict=True)]
        return values

    def chained(self, other: "Network") -> "Network":
        """x -> other(self(x)): the affine last layer multiplied into the next."""
        (weight, bias, _), (first, shift, slopes) = self.layers[-1], other.layers[0]
        joined = after((first, shift), (weight, bias))
        return Network([*self.layers[:-1], (*joined, slopes), *other.layers[1:]])


def slope_of(activation: Any) -> Fraction:
    """The slope of a unit for negative inputs."""
    if isinstance(activation, dict):
        return rational(record(activation, "leaky")["leaky"])
    if isinstance(activation, str) and activation in ("relu", "identity", "abs"):
        return Fraction({"relu": 0, "identity": 1, "abs": -1}[activation])
    raise Malformed("expected an activation: relu, identity, abs or {leaky: a}")


# Trees --------------------------------------------------------------------------------------------


def affine(weights: Sequence[Fraction], constant: Fraction, variables: Sequence[int]) -> Form:
    """A form in chosen variables."""
    form = {v: w for v, w in zip(variables, weights, strict=True) if w}
    return {**form, ONE: constant} if constant else form


def combined(*terms: tuple[Form, Fraction]) -> Form:
    """A linear combination of forms, without zeros."""
    total: Form = {}
    for form, factor in terms:
        for variable, value in form.items():
            total[variable] = total.get(variable, Fraction(0)) + factor * value
            Work.charge_fractions(1, size(total[variable]))
    return {variable: value for variable, value in total.items() if value}


def negated(form: Form) -> Form:
    """Minus a form."""
    return {variable: -value for variable, value in form.items()}


class Implication:
    """inside, outside and given imply one of the alternatives, about a network; see the format."""

    def __init__(
        self,
        net: Network,
        inside: Sequence[Row],
        outside: Sequence[Sequence[Row]],
        alternatives: Sequence[Sequence[Goal]],
        given: Sequence[Goal] = (),
    ) -> None:
        inputs = list(range(net.inputs))
        self.slopes, self.units = net.slopes, list[int]()
        self.pre: list[Form] = []
        self.cases: dict[tuple[int, int], tuple[Form, Form]] = {}
        self.volume = 0
        before = inputs
        for weight, bias, _ in net.layers:
            Work.charge(len(weight) * (STEP * len(weight[0]) + 10 * FRACTION))
            rows_ = zip(weight, bias, strict=True)
            self.pre += [self._keep(affine(row, b, before)) for row, b in rows_]
            before = [net.inputs + k for k in range(len(self.pre) - len(bias), len(self.pre))]
        outputs = [self.pre.pop() for _ in range(net.outputs)][::-1]
        self.units = [net.inputs + k for k in range(len(self.slopes))]
        self.facts: list[Fact] = [(affine(row[:-1], row[-1], inputs), False) for row in inside]
        for k, slope in enumerate(self.slopes):
            above, along = self.differences(k)
            second = negated(above) if slope == 1 else along
            self.facts += [(self._keep(above), False), (self._keep(second), False)]
        self.outside = [[affine(row[:-1], row[-1], inputs) for row in rows] for rows in outside]

        def about(goals: Sequence[Goal]) -> list[Fact]:
            found = []
            for row, strict in goals:
                form = affine(row[: net.inputs], row[-1], inputs)
                factors = zip(outputs, row[net.inputs : -1], strict=True)
                parts = [(output, factor) for output, factor in factors if factor]
                found.append((self._keep(combined((form, Fraction(1)), *parts)), strict))
            return found

        self.alternatives = [about(alternative) for alternative in alternatives]
        self.facts += about(given)

    def _keep(self, form: Form) -> Form:
        """A form that stays in memory."""
        self.volume += len(form) * words(form.values()) if form else 1
        require(self.volume <= MAX_FORMS, "too large for a tree")
        return form

    def differences(self, k: int) -> tuple[Form, Form]:
        """h - z and h - a z, or minus both if a > 1: non-negative whatever the sign of z is."""
        unit, a = {self.units[k]: Fraction(1)}, self.slopes[k]
        sign = Fraction(-1 if a > 1 else 1)
        return combined((unit, sign), (self.pre[k], -sign)), combined(
            (unit, sign), (self.pre[k], -sign * a)
        )

    def require_proved(self, tree: Any) -> None:
        """Reject unless the tree proves the implication."""
        record(tree, "steps", "end")
        mark = len(self.facts)
        for step in array(tree["steps"], "steps"):
            k, phase, multipliers = array(step, "step", 3)
            k, phase = whole(k, "unit", len(self.pre)), whole(phase, "phase", 2)
            sign, value = self.case(k, phase)
            require(self._proves(multipliers, sign, strict=False), f"a step for unit {k} fails")
            self.facts.append((value, False))
        self._end(tree["end"])
        del self.facts[mark:]

    def case(self, k: int, phase: int) -> tuple[Form, Form]:
        """Unit k in a phase: z or -z, the sign, and what h = z or h = a z adds; both are >= 0."""
        if (k, phase) not in self.cases:
            sign = self.pre[k] if phase else negated(self.pre[k])
            self.cases[k, phase] = sign, negated(self.differences(k)[1 - phase])
        return self.cases[k, phase]

    def _end(self, end: Any) -> None:
        if not isinstance(end, dict):
            raise Malformed("end: expected an object")
        kind = next((k for k in ("split", "beyond", "contradiction") if k in end), "alternative")
        if kind == "split":
            record(end, "split", "off", "on")
            k, mark = whole(end["split"], "unit", len(self.pre)), len(self.facts)
            for phase, case in enumerate((end["off"], end["on"])):
                self.facts += [(form, False) for form in self.case(k, phase)]
                self.require_proved(case)
                del self.facts[mark:]
        elif kind == "beyond":
            record(end, "beyond", "cases")
            rows = self.outside[whole(end["beyond"], "polyhedron", len(self.outside))]
            cases = array(end["cases"], "cases", len(rows))
            for row, case in zip(rows, cases, strict=True):
                self.facts.append((negated(row), True))
                self.require_proved(case)
                self.facts.pop()
        elif kind == "contradiction":
            record(end, "contradiction")
            nothing = self._proves(end["contradiction"], {}, strict=True)
            require(nothing, "multipliers that contradict nothing")
        else:
            record(end, "alternative", "because")
            j = whole(end["alternative"], "alternative", len(self.alternatives))
            goals = self.alternatives[j]
            because = array(end["because"], "because", len(goals))
            for multipliers, (form, strict) in zip(because, goals, strict=True):
                require(self._proves(multipliers, form, strict), "multipliers that do not prove it")

    def _proves(self, multipliers: Any, form: Form, strict: bool) -> bool:
        """Whether form - sum of multiplied facts is a large enough constant (form 0: refuted)."""
        terms, used_strict = [(form, Fraction(1))], False
        for pair in array(multipliers, "multipliers"):
            k, factor = array(pair, "multiplier", 2)
            fact, is_strict = self.facts[whole(k, "fact", len(self.facts))]
            value = rational(factor)
            require(value >= 0, "a negative multiplier")
            terms.append((fact, -value))
            used_strict |= is_strict and value > 0
        rest = combined(*terms)
        constant = rest.pop(ONE, Fraction(0))
        return not rest and (constant > 0 or (constant == 0 and (used_strict or not strict)))


# Covers -------------------------------------------------------------------------------------------


class Cover:
    """Points in homogeneous coordinates, with the network's signs at each of them.

    ``positive`` and ``negative`` are sets of hidden units as bits, ``above`` and ``over`` the signs
    of f - c and f + c for the first output f and a threshold c, for t = 0 those of f.
    """

    def __init__(self, net: Network, points: Any, c: Fraction = Fraction(0)) -> None:
        self.dim, self.net = net.inputs, net
        self.maps: dict[int, int] = {}  # the number of the affine map by pattern, once needed
        if self.dim > MAX_DIM:
            raise Malformed(f"a cover in more than {MAX_DIM} dimensions")
        self.points = [
            list(map(coordinate, array(point, "point", self.dim + 1)))
            for point in array(points, "points")
        ]
        Work.keep(len(self.points) * (2 * self.dim + 30))
        require(all(p[-1] >= 0 and any(p) for p in self.points), "a point with t < 0, or 0")
        distinct = set()
        for point in self.points:
            content = gcd(*point)
            distinct.add(tuple(v // content for v in point))
        require(len(distinct) == len(self.points), "a point given twice")
        bits = len(self.points) * len(net.slopes)
        require(bits <= 4 * MAX_MEMORY, "too many points for so many units")
        self.longest = longest(self.points)
        layers = [scaled(layer) for layer in net.layers]
        Work.charge(len(self.points) * evaluation_cost(layers, self.longest))
        self.positive, self.negative = list[int](), list[int]()
        self.above, self.over = list[int](), list[int]()
        for point in self.points:
            positive, negative, last, scale = evaluated(layers, point)
            self.positive.append(positive)
            self.negative.append(negative)
            self.above.append(sign_of(last * c.denominator - c.numerator * scale))
            self.over.append(sign_of(last * c.denominator + c.numerator * scale))

    def cost(self, rows: list[list[int]]) -> int:
        """What deciding on which side of some hyperplanes a point lies takes."""
        products = (1 + longest(rows)) * (1 + self.longest)
        return len(rows) * len(rows[0]) * (STEP + products)

    def simplices(self, document: Any) -> list[list[int]]:
        """A list of simplices, each with its points in order."""
        listed = array(document, "simplices")
        Work.keep(len(listed) * (self.dim + 10))
        return [
            sorted(
                whole(v, "point number", len(self.points))
                for v in array(simplex, "simplex", self.dim + 1)
            )
            for simplex in listed
        ]

    def require_fit(self, simplices: list[list[int]]) -> list[int]:
        """Reject unless the network is linear on every simplex; the units positive on each."""
        patterns: list[int] = []
        distinct: dict[int, int] = {}
        bits = len(self.net.slopes)
        Work.charge(len(simplices) * (self.dim + 1) * (STEP + bits // 32))
        for simplex in simplices:
            positive = negative = 0
            for v in simplex:
                positive |= self.positive[v]
                negative |= self.negative[v]
            require(not positive & negative, "a simplex that a unit cuts")
            Work.keep((20 + bits // 60) * (positive not in distinct))
            patterns.append(distinct.setdefault(positive, positive))
        return patterns

    def facets(self, simplices: list[list[int]]) -> Iterator[tuple[int, tuple[int, ...], int]]:
        """Every facet of every simplex: (number of the simplex, points, side)."""
        for number, simplex in enumerate(simplices):
            length = 1 + (self.dim + 1) * self.longest
            Work.charge((self.dim + 1) ** 3 * (STEP + length**2))
            sign = determinant_sign([self.points[v] for v in simplex])
            require(sign, "a simplex without volume")
            for k in range(self.dim + 1):
                side = sign if k % 2 else -sign
                yield number, (*simplex[:k], *simplex[k + 1 :]), side

    def require_covered(self, simplices: list[list[int]], rows: list[list[int]], what: str) -> None:
        """Reject unless the simplices cover the cone of all points at which all rows are >= 0."""
        require(simplices, f"nothing covers {what}")
        points = {v for simplex in simplices for v in simplex}
        Work.charge(len(points) * self.cost(rows))
        Work.keep(25 * len(points))
        on = {}
        for v in points:
            values = [dot(row, self.points[v]) for row in rows]
            require(min(values) >= 0, f"a point beyond {what}")
            on[v] = {k for k, value in enumerate(values) if value == 0}
        sides: dict[tuple[int, ...], int] = {}
        for _, facet, side in self.facets(simplices):
            Work.keep((25 + self.dim) * (facet not in sides))
            sides[facet] = sides.get(facet, 0) | (1 if side > 0 else 2)
        for facet, seen in sides.items():
            if seen != 3:
                border = set.intersection(*(on[v] for v in facet))
                require(border, f"the simplices leave a gap in {what}")


def sign_of(value: int) -> int:
    """1, 0 or -1."""
    return (value > 0) - (value < 0)


def coordinate(value: Any) -> int:
    """Any integer."""
    if type(value) is not int:
        raise Malformed("a coordinate: expected an integer")
    return value


def common_denominator(numbers: Iterable[Fraction]) -> int:
    """The least common multiple of denominators, which may grow."""
    found = 1
    for v in numbers:
        if v.denominator != 1:
            found = lcm(found, v.denominator)
            Work.charge(STEP + 100 * (1 + found.bit_length() // 64) * (1 + size(v)))
    return found


def scaled(layer: Layer) -> ScaledLayer:
    """A layer in integers: rows of (index, weight), the factors of z and of h, and the slopes.

    The last index is that of t. Times the first factor the weights are integers, times the second
    the slopes.
    """
    weight, bias, slopes = layer
    rows = [[*row, shift] for row, shift in zip(weight, bias, strict=True)]
    first = common_denominator(v for row in rows for v in row)
    second = common_denominator(slopes)
    entries = sum(1 for row in rows for v in row if v)
    length = words(slopes) + max(words(row) for row in rows) + (first * second).bit_length() // 64
    Work.charge((entries + len(rows)) * (STEP + length**2))
    Work.keep((entries + len(rows)) * (15 + length))
    integral = [
        [(j, v.numerator * (first // v.denominator)) for j, v in enumerate(row) if v]
        for row in rows
    ]
    return integral, first, second, [a.numerator * (second // a.denominator) for a in slopes]


def evaluation_cost(layers: list[ScaledLayer], length: int) -> int:
    """What evaluating layers takes at a point whose coordinates have so many words."""
    cost = units = 0
    for rows, first, second, slopes in layers:
        units += len(rows)
        entries = sum(map(len, rows))
        weights = 1 + longest([[first], *([w for _, w in row] for row in rows)])
        cost += entries * (STEP + weights * (1 + length))
        length += weights + entries.bit_length() // 64
        factors = 1 + longest([[second], slopes])
        cost += len(rows) * (5 * STEP + factors * (1 + length) + units // 20)
        length += factors
        Work.keep(len(rows) * (5 + length))
    return cost


def evaluated(layers: list[ScaledLayer], point: list[int]) -> tuple[int, int, int, int]:
    """Positive units, negative units, the first output times a scale, and the scale times t."""
    values, positive, negative, bit = list(point), 0, 0, 1
    for rows, first, second, slopes in layers:
        after_ = []
        for row, slope in zip(rows, slopes, strict=True):
            z = 0
            for j, w in row:
                z += w * values[j]
            if slope != second:  # a unit with slope 1 is linear
                positive |= bit if z > 0 else 0
                negative |= bit if z < 0 else 0
            bit <<= 1
            after_.append(z * second if z >= 0 else z * slope)
        after_.append(values[-1] * first * second)
        values = after_
    return positive, negative, values[0], values[-1]


def box_rows(box: list[list[Fraction]], f: Affine) -> list[list[Fraction]]:
    """Rows over (x, 1) that are >= 0 exactly where f(x) lies in a box."""
    rows = []
    Work.charge(FRACTION * len(box) * (len(box) + 1))
    for (low, high), row, shift in zip(box, f[0], f[1], strict=True):
        rows.append([*(-v for v in row), high - shift])
        rows.append([*row, shift - low])
    return rows


# Claims: each returns the claim in words, or rejects ----------------------------------------------


def disjoint(claim: dict[str, Any], evidence: Any) -> str:
    """Images that are pairwise disjoint and lie in K_0."""
    ifs = IFS(record(claim, "kind", "ifs")["ifs"])
    record(evidence, "rule", "pairs")
    ifs.require_cube_maps(Fraction(1), Fraction(1))
    cube = [[Fraction(-1), Fraction(1)]] * ifs.dim
    nothing = Network([([[Fraction(0)] * ifs.dim], [Fraction(0)], [Fraction(1)])])
    proved = set()
    for pair in array(evidence["pairs"], "pairs"):
        i, j, multipliers = array(pair, "pair", 3)
        i, j = whole(i, "map", len(ifs.maps)), whole(j, "map", len(ifs.maps))
        require(i < j, "a pair of images out of order")
        both = [row for k in (i, j) for row in box_rows(cube, ifs.normal_inverses[k])]
        tree = {"steps": [], "end": {"contradiction": multipliers}}
        Implication(nothing, both, [], []).require_proved(tree)
        proved.add((i, j))
    every = len(ifs.maps) * (len(ifs.maps) - 1) // 2
    require(len(proved) == every, "a pair of images is missing")
    return f"the {len(ifs.maps)} images F_i(K_0) lie in K_0 and are pairwise disjoint"


def touching(claim: dict[str, Any], evidence: Any) -> str:
    """Two images that share a point."""
    record(claim, "kind", "ifs", "maps")
    ifs = IFS(claim["ifs"])
    pair = [whole(i, "map", len(ifs.maps)) for i in array(claim["maps"], "maps", 2)]
    point = rationals(record(evidence, "rule", "point")["point"], ifs.dim)
    require(pair[0] != pair[1], "one map is no pair")
    require(all(ifs.contains(i, point) for i in pair), "the point is not in both images")
    return f"F_{pair[0] + 1}(K_0) and F_{pair[1] + 1}(K_0) share the point {shown(point)}"


def implication(claim: dict[str, Any]) -> tuple[Network, list[Any], list[Any]]:
    """The network, the hypotheses and the conclusions of a property."""
    record(claim, "kind", "network", "inside", "then")
    net = Network.of(claim["network"])
    inside = table(claim["inside"], net.inputs + 1)
    return net, inside, table(claim["then"], net.inputs + net.outputs + 1)


def property_(claim: dict[str, Any], evidence: Any) -> str:
    """A network that maps a polyhedron into halfspaces."""
    net, inside, then = implication(claim)
    goal = [(row, False) for row in then]
    tree = record(evidence, "rule", "tree")["tree"]
    Implication(net, inside, [], [goal]).require_proved(tree)
    return f"the {len(inside)} given inequalities imply {len(then)} on the network's outputs"


def violation(claim: dict[str, Any], evidence: Any) -> str:
    """A point at which it does not."""
    net, inside, then = implication(claim)
    x = rationals(record(evidence, "rule", "point")["point"], net.inputs)
    y = net(x)
    require(all(product(row[:-1], x, row[-1]) >= 0 for row in inside), "the point is not inside")
    require(
        any(product(row[:-1], [*x, *y], row[-1]) < 0 for row in then), "the point violates nothing"
    )
    return f"the network violates the property at {shown(x)}"


def asked(claim: dict[str, Any]) -> tuple[Network, list[list[Goal]]]:
    """The network, and the cases of a query: conjunctions of facts on inputs and outputs."""
    record(claim, "kind", "network", "query")
    net, cases = Network.of(claim["network"]), []
    for case in array(claim["query"], "query"):
        facts: list[Goal] = []
        for fact in array(case, "case"):
            row, strict = array(fact, "fact", 2)
            values = rationals(row, net.inputs + net.outputs + 1)
            facts.append((values, bool(whole(strict, "strict", 2))))
        cases.append(facts)
    return net, cases


def excluded(net: Network, facts: Sequence[Goal]) -> tuple[list[Row], list[list[Goal]], list[Goal]]:
    """A case as what its tree proves: inside and given exclude the last fact about outputs."""
    about = {k for k, (row, _) in enumerate(facts) if any(row[net.inputs : -1])}
    last = max(about, default=None)
    inside: list[Row] = []
    given: list[Goal] = []
    for k, (row, strict) in enumerate(facts):
        if k not in about and not strict:
            inside.append([*row[: net.inputs], row[-1]])
        elif k != last:
            given.append((row, strict))
    if last is None:
        return inside, [], given
    row, strict = facts[last]
    return inside, [[([-v for v in row], not strict)]], given


def unsatisfiable(claim: dict[str, Any], evidence: Any) -> str:
    """A network with no input in any case of a query."""
    net, cases = asked(claim)
    trees = array(record(evidence, "rule", "trees")["trees"], "trees", len(cases))
    for facts, tree in zip(cases, trees, strict=True):
        inside, alternatives, given = excluded(net, facts)
        Implication(net, inside, [], alternatives, given).require_proved(tree)
    return f"no input of the network satisfies the query ({len(cases)} cases)"


def satisfiable(claim: dict[str, Any], evidence: Any) -> str:
    """An input in a case of a query."""
    net, cases = asked(claim)
    record(evidence, "rule", "case", "point")
    case = cases[whole(evidence["case"], "case", len(cases))]
    x = rationals(evidence["point"], net.inputs)
    values = [*x, *net(x)]
    for row, strict in case:
        value = product(row[:-1], values, row[-1])
        require(value > 0 or (value == 0 and not strict), "the point does not satisfy the case")
    return f"the network satisfies the query at {shown(x)}"


def realisation(claim: dict[str, Any]) -> tuple[IFS, int, Network, Labelling]:
    """What a claim about one n is about."""
    record(claim, "kind", "ifs", "depth", "network", "labelling")
    ifs, n, net = (
        IFS(claim["ifs"]),
        whole(claim["depth"], "depth", MAX_DEPTH + 1),
        Network.of(claim["network"]),
    )
    labelling = Labelling(ifs, claim["labelling"])
    require((net.inputs, net.outputs) == (ifs.dim, 1), "a network of another dimension")
    return ifs, n, net, labelling


def realises(claim: dict[str, Any], evidence: Any) -> str:
    """A network that realises K_n, by levels or by a cover."""
    ifs, n, net, labelling = realisation(claim)
    rule = evidence.get("rule") if isinstance(evidence, dict) else None
    if rule == "levels":
        levels = Levels(ifs, labelling, evidence, n)
        levels.require_proved()
        levels.require_network(net)
    else:
        by_cover(ifs, labelling, n, net, evidence)
    return f"n = {n}: {labelling.sentence(str(n))}"


def by_cover(ifs: IFS, labelling: Labelling, n: int, net: Network, evidence: Any) -> None:
    """Reject unless the cover proves that the network realises K_n."""
    record(evidence, "rule", "points", "cells", "ramps", "rest")
    listed = array(evidence["cells"], "cells")
    require(n <= 64 and len(ifs.maps) ** n == len(listed), "not one list of simplices a cell")
    ramps = array(evidence["ramps"], "ramps", len(listed))
    c = labelling.threshold
    cover = Cover(net, evidence["points"], c)
    everything = cover.simplices(evidence["rest"])
    rest, enclosures = list(everything), []
    cost = 0  # of looking for a point in all enclosures
    for k, (own, around) in enumerate(zip(listed, ramps, strict=True)):
        expansion = expansion_of(ifs, n, k)
        enclosures.append(list(map(integers, box_rows(labelling.enclosure(), expansion))))
        least = cover.cost(enclosures[-1])
        Work.keep(least)
        cost += least
        simplices, ramp = cover.simplices(own), cover.simplices(around)
        core = labelling.core(expansion)
        if all(low <= high for low, high in core):
            bounds = list(map(integers, box_rows(core, expansion)))
            cover.require_covered(simplices, bounds, f"the core of cell {k}")
            require(all(cover.above[v] >= 0 for s in simplices for v in s), f"f < c in cell {k}")
        else:
            require(not simplices, "simplices of a cell without positives")
        around_ = {v for simplex in ramp for v in simplex}
        Work.charge(len(around_) * least)
        for v in around_:
            require(inside(enclosures[-1], cover.points[v]), f"a ramp outside cell {k}")
        everything += simplices + ramp
    cover.require_fit(everything)
    cover.require_covered(everything, [[0] * ifs.dim + [1]], "R^d")
    holding: dict[int, int] = {}  # the cells whose enclosures hold a point, as bits
    for simplex in rest:
        require(all(cover.over[v] <= 0 for v in simplex), "f > -c off the cells")
        zeros = [v for v in simplex if cover.over[v] == 0]
        if c == 0 and any(cover.points[v][-1] for v in zeros):
            common = -1
            for v in zeros:
                if v not in holding:
                    Work.charge(cost)
                    Work.keep(20 + len(enclosures) // 60)
                    holding[v] = holders(enclosures, cover.points[v])
                common &= holding[v]
            require(common, "f = 0 off the cells")


def holders(enclosures: list[list[list[int]]], point: list[int]) -> int:
    """Which of the enclosures hold a homogeneous point, as bits."""
    bits, bit = 0, 1
    for rows in enclosures:
        if inside(rows, point):
            bits |= bit
        bit <<= 1
    return bits


def inside(rows: list[list[int]], point: list[int]) -> bool:
    """Whether all rows are >= 0 at a homogeneous point."""
    return all(dot(row, point) >= 0 for row in rows)


def expansion_of(ifs: IFS, n: int, number: int) -> Affine:
    """The inverse of F_w, w being the address with a number in lexicographic order."""
    r, expansion = len(ifs.maps), identity(ifs.dim)
    for k in reversed(range(n)):
        expansion = after(ifs.inverses[number // r**k % r], expansion)
    return expansion


def realises_all(claim: dict[str, Any], evidence: Any) -> str:
    """Networks that realise K_n for every n."""
    record(claim, "kind", "ifs", "prepare", "step", "output", "labelling")
    ifs = IFS(claim["ifs"])
    labelling = Labelling(ifs, claim["labelling"])
    parts = {"prepare": claim["prepare"], "steps": [claim["step"]], "output": claim["output"]}
    if not isinstance(evidence, dict) or set(parts) & set(evidence):
        raise Malformed("evidence: the parts of the network belong to the claim")
    Levels(ifs, labelling, {**evidence, **parts}, None).require_proved()
    least = 0 if labelling.margin is None else 1  # f = 1/2 where no step has been taken
    return f"for every n >= {least}: {labelling.sentence('n')}"


Statement = tuple[  # place of the tree, network, inside, outside, alternatives
    tuple[str | int, ...], Network, list[Row], list[list[Row]], list[list[Goal]]
]


class Levels:
    """A network made of levels; each method lists the implications that a certificate must prove.

    ``n`` is None for all depths at once.
    """

    TREES = {  # noqa: RUF012  # the keys under which a method's trees and parameters are
        "penalty": ("undone", "penalised", "accepts", "rejects"),
        "score": ("order", "cores", "undone", "kept", "subtracts"),
        "fold": ("turns", "folds", "elsewhere", "accepts", "rejects"),
    }

    def __init__(self, ifs: IFS, labelling: Labelling, evidence: Any, n: int | None) -> None:
        method = evidence.get("method")
        if not isinstance(method, str) or method not in self.TREES:
            raise Malformed("method: expected penalty, score or fold")
        record(evidence, "rule", "method", "prepare", "steps", "output", *self.TREES[method])
        self.ifs, self.labelling, self.evidence, self.n = ifs, labelling, evidence, n
        self.method, self.dim, self.extra = method, ifs.dim, 0 if method == "fold" else 1
        self.state, self.order = ifs.dim + self.extra, [0] * (n or 0)
        self.prepare = Network.of(evidence["prepare"])
        self.output = Network.of(evidence["output"])
        self.steps = [Network.of(step) for step in array(evidence["steps"], "steps")]
        sizes = {(step.inputs, step.outputs) for step in self.steps}
        require(sizes == {(self.state, self.state)}, "a step that does not map states to states")
        require((self.output.inputs, self.output.outputs) == (self.state, 1), "another output")
        shape = [*ifs.to_cube[0], *([[Fraction(0)] * ifs.dim] * self.extra)]
        wanted = (shape, [*ifs.to_cube[1], *[Fraction(0)] * self.extra])
        prepared = len(self.prepare.layers) == 1 and self.prepare.layers[0][:2] == wanted
        require(prepared, "prepare is not the map to the cube")

    def require_proved(self) -> None:
        """Reject unless every tree proves its implication."""
        for place, net, inside, outside, alternatives in self.statements():
            tree: Any = self.evidence
            for k in place:
                require(isinstance(k, str) or k < len(array(tree, "trees")), "a tree is missing")
                tree = tree[k]
            Implication(net, inside, outside, alternatives).require_proved(tree)

    def require_network(self, net: Network) -> None:
        """Reject unless a network is the chain of the parts."""
        parts = [*(self.steps[k] for k in self.order), self.output]
        hidden = sum(len(part.layers) - 1 for part in parts)
        require(hidden < len(net.layers), "more levels than the network has")
        chain, wrong = self.prepare, "the parts are not the network of the claim"
        for part in parts:
            if len(part.layers) > 1:  # else the product stays as small as a state
                shape = len(part.layers[0][0]), len(chain.layers[-1][0][0])
                weight = net.layers[len(chain.layers) - 1][0]
                require(shape == (len(weight), len(weight[0])), wrong)
            chain = chain.chained(part)
        require(chain.layers == net.layers, wrong)

    def statements(self) -> Iterator[Statement]:
        """The implications to prove, each with the place of its tree; rejects what cannot be."""
        return {"penalty": self.penalty, "score": self.score, "fold": self.fold}[self.method]()

    def penalty(self) -> Iterator[Statement]:
        """State (u, p): see the format for the implications."""
        step, d = self.plain(), self.dim
        p, minus_p = self.row({d: 1}), self.row({d: -1})
        for i, g in enumerate(self.ifs.normal_inverses):
            goal = [*self.equal(g), *self.kept()]
            yield ("undone", i), step, [*self.cube(Fraction(1), g), p], [], [goal]
        yield ("penalised",), step, [p], self.images(), [[(self.growth(1), True)]]
        accepted = [*self.cube(Fraction(1)), minus_p]
        f, minus_f = self.row({d + 1: 1}, 1), self.row({d + 1: -1}, 1)
        yield ("accepts",), self.output, [*accepted, p], [], [[(f, False)]]
        yield ("rejects",), self.output, [p], [accepted], [[(minus_f, True)]]

    def score(self) -> Iterator[Statement]:
        """State (u, p), with a margin: positives keep p, others gain 1 or stay in an enclosure."""
        label, d, e = self.labelling, self.dim, self.evidence
        margin, outer = label.margin, label.side == "outer"
        if margin is None or label.side == "absolute" or label.threshold > Fraction(1, 2):
            raise Rejected("this rule needs a margin, inner or outer, and a threshold up to 1/2")
        order = [whole(k, "step", len(self.steps)) for k in array(e["order"], "order")]
        if self.n is None:
            require(order == [0] and outer, "for all n there is one step, and the outer side")
        else:
            require(order and len(order) == self.n, "one step a level, and n >= 1")
            self.order = order
        cores = rationals(e["cores"], len(self.steps))
        sides = [cores[k] for k in order]
        for side, finer in zip(sides, sides[1:] if self.n else sides, strict=False):
            self.ifs.require_cube_maps(finer, side)
        self.ifs.require_cube_maps(Fraction(1), Fraction(1))
        size = Fraction(1) if outer else 1 - margin
        require(size <= sides[-1], "positives reach out of the core of the last step")
        Work.keep(15 * len(self.inverses()) * (4 * d + 1) * (2 * self.state + 1))
        p, enclosed = self.row({d: 1}), self.cube(1 + margin if outer else Fraction(1))
        new = [([*[Fraction(0)] * self.state, *row], False) for row in enclosed]
        gained = [(self.growth(1, 1), False)]
        branches = [[(self.growth(1), False), *self.equal(g), *new] for g in self.inverses()]
        for k, core in enumerate(cores):
            yield ("kept", k), self.steps[k], [p], [], [gained, *branches]
            for i, g in enumerate(self.inverses()):
                goal = [*self.equal(g), *self.kept()]
                yield ("undone", k, i), self.steps[k], [*self.cube(core, g), p], [], [goal]
        half = self.row({d: -1, d + 1: -1}, 1, Fraction(1, 2))  # 1/2 - p - f
        goal = [(half, False), ([-v for v in half], False)]
        yield ("subtracts",), self.output, [p], [], [goal]

    def fold(self) -> Iterator[Statement]:
        """State u: T(F_i(y)) = S_i y, and T(u) in K_0 only on the images."""
        step, d = self.plain(), self.dim
        listed = array(self.evidence["turns"], "turns", len(self.ifs.maps))
        turns = [table(turn, d, d) for turn in listed]
        self.require_symmetries(turns)
        for i, (turn, g) in enumerate(zip(turns, self.inverses(), strict=True)):
            goal = self.equal(after((turn, [Fraction(0)] * d), g))
            yield ("folds", i), step, self.cube(Fraction(1), g), [], [goal]
        beyond: list[list[Goal]] = [
            [(self.row({d + k: sign}, d, Fraction(-1)), True)] for k in range(d) for sign in (1, -1)
        ]
        yield ("elsewhere",), step, [], self.images(), beyond
        base, f, minus_f = self.cube(Fraction(1)), self.row({d: 1}, 1), self.row({d: -1}, 1)
        yield ("accepts",), self.output, base, [], [[(f, False)]]
        yield ("rejects",), self.output, [], [base], [[(minus_f, True)]]

    def inverses(self) -> list[Affine]:
        """The G_i."""
        return self.ifs.normal_inverses

    def plain(self) -> Network:
        """The only step, for a labelling without margin."""
        require(self.labelling.margin is None and not self.labelling.threshold, "no margin here")
        require(len(self.steps) == 1, "one step for all levels")
        self.ifs.require_cube_maps(Fraction(1), Fraction(1))
        return self.steps[0]

    def row(self, terms: dict[int, int], more: int = 0, constant: Fraction = Fraction(0)) -> Row:
        """A row over the state, ``more`` variables after it, and 1."""
        weights = [Fraction(terms.get(k, 0)) for k in range(self.state + more)]
        return [*weights, constant]

    def cube(self, side: Fraction, f: Affine | None = None) -> list[Row]:
        """That u, or its image under f, lies in the cube of a side: rows over (state, 1)."""
        box = [[-side, side]] * self.dim
        pairs = box_rows(box, f or identity(self.dim))
        return [[*row[:-1], *[Fraction(0)] * self.extra, row[-1]] for row in pairs]

    def images(self) -> list[list[Row]]:
        """Rows over (state, 1) for every image of the cube."""
        return [self.cube(Fraction(1), g) for g in self.inverses()]

    def equal(self, f: Affine) -> list[Goal]:
        """u' = f(u), as two rows over (state, next state, 1) for every coordinate."""
        goals: list[Goal] = []
        gap = [Fraction(0)] * self.extra
        for k, (row, shift) in enumerate(zip(f[0], f[1], strict=True)):
            for sign in (1, -1):
                new = [Fraction(sign * int(j == k)) for j in range(self.state)]
                goals.append(([*(-sign * v for v in row), *gap, *new, -sign * shift], False))
        return goals

    def growth(self, sign: int, least: int = 0) -> Row:
        """sign (p' - p) - least, over (state, next state, 1)."""
        terms = {self.dim: -sign, self.state + self.dim: sign}
        return self.row(terms, self.state, Fraction(-least))

    def kept(self) -> list[Goal]:
        """p' = p."""
        return [(self.growth(1), False), (self.growth(-1), False)]

    def require_symmetries(self, turns: list[list[list[Fraction]]]) -> None:
        """Reject unless the group that the turns generate maps every K_n onto itself."""
        zero = [Fraction(0)] * self.dim
        group, generators, needed = {tuple(range(1, self.dim + 1))}, list[Turn](), []
        for turn in turns:
            name = signed(turn)
            if name is None:
                raise Rejected("not a signed permutation")
            if name not in group:
                generators.append(name)
                needed.append(turn)
                enlarge(group, generators)
        for turn in needed:
            for f in self.ifs.normal_maps:
                partners = (after(g, after((turn, zero), f)) for g in self.ifs.normal_inverses)
                held = any(not any(shift) and signed(m) in group for m, shift in partners)
                require(held, "a turn that does not map K_1 onto itself")


def signed(matrix: list[list[Fraction]]) -> Turn | None:
    """A signed permutation matrix: for each row the number of its column, from 1, with the sign."""
    turn: list[int] = []
    for row in matrix:
        if sorted(map(abs, row)) != [0] * (len(row) - 1) + [1]:
            return None
        turn += [int(v) * j for j, v in enumerate(row, 1) if v]
    return tuple(turn) if len(set(map(abs, turn))) == len(turn) else None


def enlarge(group: set[Turn], generators: list[Turn]) -> None:
    """Close a set of signed permutations under products with generators on the left."""
    frontier = list(group)
    while frontier:
        last = frontier.pop()
        for turn in generators:
            found = tuple(last[v - 1] if v > 0 else -last[-v - 1] for v in turn)
            if found not in group:
                group.add(found)
                frontier.append(found)
                require(len(group) <= MAX_GROUP, "the group of turns is too large")


def key(matrix: list[list[Fraction]]) -> tuple[tuple[Fraction, ...], ...]:
    """A matrix that can be looked up."""
    return tuple(map(tuple, matrix))


def refuted(claim: dict[str, Any], evidence: Any) -> str:
    """A point at which a network does not realise K_n."""
    ifs, n, net, labelling = realisation(claim)
    x = rationals(record(evidence, "rule", "point")["point"], ifs.dim)
    ifs.require_cube_maps(Fraction(1), Fraction(1))  # or cells are not nested
    value, c = net(x)[0], labelling.threshold
    positive, enclosed = labels(ifs, labelling, n, x)
    wrong_low = positive and value < c
    wrong_high = not enclosed and (value > -c if c else value >= 0)
    require(wrong_low or wrong_high, "the point contradicts nothing")
    kind = "positive" if wrong_low else "negative"
    return f"n = {n}: at the {kind} point {shown(x)} the network is {shown([value])}"


def labels(ifs: IFS, labelling: Labelling, n: int, x: Vector) -> tuple[bool, bool]:
    """Whether a point is positive, and whether it lies in an enclosure."""
    box = labelling.enclosure()
    live = [(tuple(x), identity(ifs.dim))] if within(x, box) else []
    undone = 0
    for _ in range(n):
        found: dict[Any, Any] = {}
        for local, expansion in live:
            for g in ifs.inverses:
                undone += 1
                require(undone <= MAX_UNDONE, "the point lies in too many cells")
                image = tuple(apply(g, local))
                if within(image, box):
                    further = after(g, expansion) if labelling.side == "absolute" else expansion
                    found[image, key(further[0])] = (image, further)
        live = list(found.values())
    return any(within(z, labelling.core(expansion)) for z, expansion in live), bool(live)


def within(x: Vector, box: list[list[Fraction]]) -> bool:
    """Whether a point lies in a box."""
    return all(low <= v <= high for v, (low, high) in zip(x, box, strict=True))


def regions(claim: dict[str, Any], evidence: Any) -> str:
    """The number of linear regions on a box."""
    record(claim, "kind", "network", "box", "counts")
    net = Network.of(claim["network"])
    box = table(claim["box"], 2, net.inputs)
    counts = claim["counts"]
    if not isinstance(counts, dict) or not set(counts) <= {"proper", "open", "closed", "affine"}:
        raise Malformed("counts: expected some of proper, open, closed, affine")
    record(evidence, "rule", "points", "simplices")
    cover = Cover(net, evidence["points"])
    simplices = cover.simplices(evidence["simplices"])
    require(all(low < high for low, high in box), "a box without interior")
    patterns = cover.require_fit(simplices)
    rows = list(map(integers, box_rows(box, identity(net.inputs))))
    cover.require_covered(simplices, [*rows, [0] * net.inputs + [1]], "the box")
    require(all(point[-1] for point in cover.points), "a point at infinity")
    for name, claimed in counts.items():
        found = count(cover, simplices, patterns, name)
        require(found == whole(claimed, name), f"{found} regions ({name}), not {str(claimed)[:40]}")
    found_ = ", ".join(f"{value} {name}" for name, value in sorted(counts.items()))
    return f"linear regions on the box: {found_}"


def count(cover: Cover, simplices: list[list[int]], patterns: list[int], name: str) -> int:
    """The number of regions by one definition."""
    distinct = set(patterns)
    if name == "proper":
        return len(distinct)
    maps = cover.maps = cover.maps or numbered_maps(cover.net, distinct)
    if name == "affine":
        return len(set(maps.values()))
    root = {pattern: pattern for pattern in distinct}

    def find(pattern: int) -> int:
        while root[pattern] != pattern:
            root[pattern] = pattern = root[root[pattern]]
        return pattern

    first: dict[Any, int] = {}
    if name == "open":
        keys = ((facet, patterns[k]) for k, facet, _ in cover.facets(simplices))
    else:
        keys = (((v,), p) for s, p in zip(simplices, patterns, strict=True) for v in s)
    for place, pattern in keys:
        other = first.setdefault((place, maps[pattern]), pattern)
        root[find(pattern)] = find(other)
    return sum(root[pattern] == pattern for pattern in distinct)


def numbered_maps(net: Network, patterns: Iterable[int]) -> dict[int, int]:
    """The affine map of each pattern, as a number; equal maps have the same."""
    numbers: dict[tuple[Fraction, ...], int] = {}
    found = {}
    for pattern in patterns:
        affine_map = linear_map(net, pattern)
        Work.keep((affine_map not in numbers) * sum(15 + size(v) for v in affine_map))
        found[pattern] = numbers.setdefault(affine_map, len(numbers))
    return found


def linear_map(net: Network, pattern: int) -> tuple[Fraction, ...]:
    """The network's affine map where exactly the units of a pattern are positive."""
    f = identity(net.inputs)
    for weight, bias, slopes in net.layers:
        matrix, shift = after((weight, bias), f)
        factors = []
        for slope in slopes:
            factors.append(Fraction(1) if pattern & 1 else slope)
            pattern >>= 1
        f = (
            [[a * v for v in row] for a, row in zip(factors, matrix, strict=True)],
            [a * v for a, v in zip(factors, shift, strict=True)],
        )
    return (*(v for row in f[0] for v in row), *f[1])


KINDS: dict[str, tuple[Callable[[dict[str, Any], Any], str], tuple[str, ...]]] = {
    "disjoint": (disjoint, ("farkas",)),
    "touching": (touching, ("point",)),
    "property": (property_, ("tree",)),
    "violation": (violation, ("point",)),
    "unsatisfiable": (unsatisfiable, ("trees",)),
    "satisfiable": (satisfiable, ("point",)),
    "realises": (realises, ("cover", "levels")),
    "realises-all": (realises_all, ("levels",)),
    "refuted": (refuted, ("point",)),
    "regions": (regions, ("cover",)),
}


def check(document: dict[str, Any]) -> str:
    """The proved claim in words; raises Rejected otherwise."""
    if document["format"] != FORMAT:
        raise Malformed(f"expected the format {FORMAT}, got another")
    claim, evidence = document["claim"], document["evidence"]
    kind = claim.get("kind") if isinstance(claim, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise Malformed(f"claim: expected a kind among {', '.join(KINDS)}")
    verify, rules = KINDS[kind]
    rule = evidence.get("rule") if isinstance(evidence, dict) else None
    if rule not in rules:
        raise Malformed(f"evidence: expected the rule {' or '.join(rules)}")
    Work.done, Work.held, Work.limited = 0, 0, True
    try:
        return verify(claim, evidence)
    except RecursionError:
        raise Malformed("the nesting is too deep") from None
    finally:
        Work.limited = False


def main(arguments: list[str]) -> int:
    """Check one file; the exit status."""
    if len(arguments) != 1:
        print("usage: python check.py FILE", file=sys.stderr)
        return 2
    try:
        print(f"accepted: {check(read(arguments[0]))}")
    except Malformed as error:
        print(f"malformed: {error}", file=sys.stderr)
        return 2
    except (Rejected, MemoryError) as error:
        print(f"rejected: {error or 'it takes too much memory'}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
        print(end="", flush=True)
    except KeyboardInterrupt:
        status = 130
        print("interrupted", file=sys.stderr)
    except OSError as error:
        sys.stdout, status = None, 2  # nothing is left to write
        print(f"output: {error.strerror}", file=sys.stderr)
    sys.exit(status)

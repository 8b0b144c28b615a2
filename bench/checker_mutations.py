"""Mutations of the certificate checker: every one must be noticed.

    python bench/checker_mutations.py [--workers 2] [--line FROM-TO] [--slow]

One place of ``exactnet/verification/check.py`` is changed at a time: a comparison is weakened or
negated, a number in a function is changed by one, a sign, "and", "or", "not", True or False is
changed, a requirement is dropped. The mutant is *killed* if a test in ``test_check_rules.py``
fails, if it refuses a certificate that is accepted (or says another sentence), or if it accepts a
file in ``proofs/rejected`` (or rejects it for another reason), or if it takes ten seconds.
Survivors are printed; those that change nothing are listed below with the reason. Exit status 1 if
another one survives, or if a listed one is killed or gone.

Not mutated: estimates of work and memory (that they are in force is tested), messages, and
``zip(strict=True)``, whose lists are equally long in every case.
"""

import argparse
import ast
import importlib.util
import json
import multiprocessing
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHECKER = ROOT / "exactnet" / "verification" / "check.py"
REJECTED = ROOT / "proofs" / "rejected"
RULES = ROOT / "tests" / "verification" / "test_check_rules.py"
SECONDS = 10
MEMORY = 2 * 2**30

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
SIGNS = {ast.Add: ast.Sub, ast.Sub: ast.Add}
ESTIMATES = (
    "size",
    "words",
    "cost",
    "evaluation_cost",
    "longest",
    "volume",
    "done",
    "held",
    "shown",
    "charge_fractions",
    "keep",
)
LENGTHS = ("length", "entries", "cost", "least")  # variables that estimates are made of
UNTOUCHED = ("charge", "charge_fractions", "keep", "Malformed", "Rejected")

# Mutants that no input tells from the checker: the line (a part of it), the mutation, the reason.
SAME_SIZE = "lists that are equally long"
UNREAD = "the network is not read: the facts are about its inputs"
ONE = "a list of one"
EQUIVALENT = (
    ("stream.read(MAX_BYTES + 1)", "1 -> 2", "reads a byte more of a file that is refused"),
    ("if x and y:", "-> Or", "adds products that are 0"),
    ("d = len(f[0])", "0 -> -1", SAME_SIZE),
    ("d = len(f[0])", "0 -> 1", SAME_SIZE),
    ("range(len(rows) - 1)", "1 -> 0", "looks at the last pivot, which the result is 0 with"),
    ("done, held, limited = 0, 0, False", "-> True", "until the first check begins"),
    ("done, held, limited = 0, 0, False", "0 -> -1", "an estimate, and reset by check"),
    ("done, held, limited = 0, 0, False", "0 -> 1", "an estimate, and reset by check"),
    ("Work.done, Work.held, Work.limited = 0", "0 -> -1", "an estimate"),
    ("Work.done, Work.held, Work.limited = 0", "0 -> 1", "an estimate"),
    ("c: Fraction = Fraction(0)", "0 -> -1", "not read where nothing is said of a threshold"),
    ("c: Fraction = Fraction(0)", "0 -> 1", "not read where nothing is said of a threshold"),
    ("shape = len(part.layers[0][0])", "0 -> -1", SAME_SIZE),
    ("shape = len(part.layers[0][0])", "0 -> 1", SAME_SIZE),
    ("require(shape == (len(weight)", "0 -> -1", SAME_SIZE),
    ("require(shape == (len(weight)", "0 -> 1", SAME_SIZE),
    ("bits, bit = 0, 1", "1 -> 2", "the cells are numbered from 1"),
    ("bit <<= 1", "1 -> 2", "every other bit is used"),
    ("found = 1", "1 -> 2", "twice a common denominator is one"),
    ("if v.denominator != 1:", "1 -> 0", "the common multiple with 1"),
    ("len(layers[0][0][0])", "0 -> -1", SAME_SIZE),
    ("len(layers[-1][0])", "0 -> -1", SAME_SIZE),
    ("len(layers[-1][0])", "0 -> 1", SAME_SIZE),
    ("values = [z if z >= 0", "GtE -> Gt", "0 = a 0"),
    ("z * second if z >= 0", "GtE -> Gt", "0 = a 0"),
    ("z * second if z >= 0", "0 -> 1", "z is an integer, and 0 = a 0"),
    ("(1 if side > 0 else 2)", "0 -> -1", "the sides are 1 and -1"),
    ("(1 if side > 0 else 2)", "Gt -> GtE", "the sides are 1 and -1"),
    ("(1 if side > 0 else 2)", "Gt -> LtE", "the two sides change their names"),
    ("nothing = Network(", "0 -> -1", UNREAD),
    ("nothing = Network(", "0 -> 1", UNREAD),
    ("nothing = Network(", "1 -> 0", UNREAD),
    ("nothing = Network(", "1 -> 2", UNREAD),
    ('[[0] * ifs.dim + [1]], "R^d"', "1 -> 2", "2 t >= 0"),
    ("[0] * net.inputs + [1]]", "1 -> 2", "2 t >= 0"),
    ("[0] * (n or 0)", "0 -> -1", "one step, so number -1 is number 0; or no level"),
    ("self.prepare.layers[0][:2]", "0 -> -1", ONE),
    ("return self.steps[0]", "0 -> -1", ONE),
    ("value, c = net(x)[0]", "0 -> -1", ONE),
    ("{tuple(range(1, self.dim + 1))}", "1 -> 2", "the identity is a power of any turn"),
    ("last[v - 1] if v > 0", "0 -> -1", "v is never 0"),
    ("last[v - 1] if v > 0", "Gt -> GtE", "v is never 0"),
)


@dataclass(frozen=True)
class Mutation:
    """A change of the syntax tree in one place, and back."""

    line: int
    what: str
    apply: Callable[[], None]
    revert: Callable[[], None]


def replaced(node: ast.AST, field: str, new: Any, what: str) -> Mutation:
    """A field with another value."""
    old = getattr(node, field)
    line = getattr(node, "lineno", 0)
    return Mutation(
        line, what, lambda: setattr(node, field, new), lambda: setattr(node, field, old)
    )


def in_list(holder: list[Any], k: int, new: Any, line: int, what: str) -> Mutation:
    """An item of a list, replaced."""
    old = holder[k]
    return Mutation(
        line, what, lambda: holder.__setitem__(k, new), lambda: holder.__setitem__(k, old)
    )


def called(node: ast.AST) -> str:
    """The name of the function that an expression calls."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def is_left_alone(node: ast.AST) -> bool:
    """Estimates, messages and zip's strictness."""
    if isinstance(node, ast.keyword):
        return node.arg == "strict" and isinstance(node.value, ast.Constant) and node.value.value
    if isinstance(node, ast.Slice):  # the length of something shown
        return isinstance(node.upper, ast.Constant) and node.upper.value >= 20
    if isinstance(node, (ast.FunctionDef, ast.Assign, ast.AugAssign)):
        target = getattr(node, "target", None) or getattr(node, "targets", [node])[0]
        if isinstance(target, ast.Name) and target.id in LENGTHS:
            return True
        return getattr(target, "name", getattr(target, "attr", None)) in ESTIMATES
    return isinstance(node, ast.JoinedStr) or called(node) in UNTOUCHED


def mutations(tree: ast.Module) -> Iterator[Mutation]:
    """Every mutation of the functions in a module."""
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            yield from of_node(statement)


def of_node(node: ast.AST) -> Iterator[Mutation]:
    """The mutations of a node and of what it consists of."""
    if is_left_alone(node):
        return
    yield from of_operator(node)
    yield from of_constant(node)
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        if isinstance(value, list):
            yield from of_list(value)
        elif isinstance(value, ast.AST):
            yield from of_node(value)


def of_operator(node: ast.AST) -> Iterator[Mutation]:
    """Other comparisons, signs and logic."""
    if isinstance(node, ast.Compare):
        for k, operator in enumerate(node.ops):
            for new in COMPARISONS[type(operator)]:
                what = f"{type(operator).__name__} -> {new.__name__}"
                yield in_list(node.ops, k, new(), node.lineno, what)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield replaced(node, "op", other, f"-> {type(other).__name__}")
    elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in SIGNS:
        sign = SIGNS[type(node.op)]()
        yield replaced(node, "op", sign, f"-> {type(sign).__name__}")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield replaced(node, "op", ast.UAdd(), "minus dropped")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        double = ast.UnaryOp(ast.Not(), node.operand, **position(node))
        yield replaced(node, "operand", double, "not dropped")


def of_constant(node: ast.AST) -> Iterator[Mutation]:
    """Other numbers and truth values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield replaced(node, "value", not node.value, f"-> {not node.value}")
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        for new in (node.value + 1, node.value - 1):
            yield replaced(node, "value", new, f"{node.value} -> {new}")


def of_list(items: list[Any]) -> Iterator[Mutation]:
    """The mutations of the items, and every requirement in it dropped."""
    for k, item in enumerate(items):
        call = called(item.value) if isinstance(item, ast.Expr) else ""
        required = call.startswith(("require", "record", "enlarge", "check"))
        if required or isinstance(item, ast.Raise):
            nothing = ast.Pass(**position(item))
            yield in_list(items, k, nothing, item.lineno, f"{call or 'raise'} dropped")
        if isinstance(item, ast.AST):
            yield from of_node(item)


def position(node: Any) -> dict[str, int]:
    """Where a node is, for one that takes its place."""
    return {"lineno": node.lineno, "col_offset": node.col_offset}


class Killers:
    """What every mutant has to get past."""

    def __init__(self) -> None:
        sys.path[:0] = [str(REJECTED), str(ROOT / "tests")]
        accepted = importlib.import_module("accepted")
        rules = importlib.util.spec_from_file_location("rules", RULES)
        assert rules is not None and rules.loader is not None
        self.rules = importlib.util.module_from_spec(rules)
        rules.loader.exec_module(self.rules)
        self.tests = [getattr(self.rules, name) for name in dir(self.rules) if name[:5] == "test_"]
        right = self.rules.check
        self.accepted = {}
        for name in accepted.NAMES:
            data = accepted.text(name).encode()
            self.accepted[name] = (data, right.check(right.parse(data)))
        self.rejected = {}
        for name, reason in json.loads((REJECTED / "reasons.json").read_text()).items():
            data = (REJECTED / f"{name}.json").read_bytes()
            self.rejected[name] = (data, reason, self.outcome(right, data)[0])

    def outcome(self, checker: ModuleType, data: bytes) -> tuple[int, str]:
        """Exit status and message."""
        try:
            return 0, checker.check(checker.parse(data))
        except checker.Malformed as error:
            return 2, str(error)
        except checker.Rejected as error:
            return 1, str(error)

    def killer(self, checker: ModuleType) -> str | None:
        """What kills a mutant."""
        self.rules.check = checker
        for test in self.tests:
            try:
                test()
            except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001
                return f"{test.__name__}: {type(error).__name__}"
        for name, (data, sentence) in self.accepted.items():
            try:
                if self.outcome(checker, data) != (0, sentence):
                    return name
            except Exception as error:  # noqa: BLE001
                return f"{name}: {type(error).__name__}"
        for name, (data, reason, status) in self.rejected.items():
            try:
                found, message = self.outcome(checker, data)
            except Exception as error:  # noqa: BLE001
                return f"{name}: {type(error).__name__}"
            if found != status or reason not in message:
                return name
        return None


class TooLong(BaseException):
    """The mutant's time is up."""


def out_of_time(*_: object) -> None:
    raise TooLong


def run(job: tuple[int, range]) -> list[tuple[int, str, str | None]]:
    """Line, mutation and killer of the mutants of one worker."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, out_of_time)
    tree = ast.parse(CHECKER.read_text())
    killers, found = Killers(), []
    every = list(mutations(tree))
    for k in job[1]:
        mutation = every[k]
        mutation.apply()
        module = ModuleType("mutant")
        signal.alarm(SECONDS)
        try:
            exec(compile(tree, "mutant", "exec"), module.__dict__)
            killer = killers.killer(module)
        except TooLong:
            killer = "ten seconds"
        except Exception as error:  # noqa: BLE001
            killer = f"import: {type(error).__name__}"
        signal.alarm(0)
        mutation.revert()
        found.append((mutation.line, mutation.what, killer))
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="mutations of the certificate checker")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--lines", default="0-1000000", help="only these lines of check.py")
    parser.add_argument("--killers", action="store_true", help="print what killed each")
    options = parser.parse_args(arguments)
    start, source = time.monotonic(), CHECKER.read_text().splitlines()
    low, high = map(int, options.lines.split("-"))
    every = list(mutations(ast.parse("\n".join(source))))
    wanted = [k for k, mutation in enumerate(every) if low <= mutation.line <= high]
    jobs = [(k, wanted[k :: options.workers * 8]) for k in range(options.workers * 8)]
    with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
        parts = pool.imap_unordered(run, jobs)
        found = sorted((row for part in parts for row in part), key=lambda row: row[:2])
    if options.killers:
        for line, what, killer in found:
            print(f"{line}: {what}: {killer}")
    survivors = [(line, what) for line, what, killer in found if killer is None]
    listed, bad = set(), 0
    for line, what in survivors:
        entry = next((e for e in EQUIVALENT if e[0] in source[line - 1] and e[1] == what), None)
        if entry is None:
            print(f"survivor: line {line}: {what}: {source[line - 1].strip()}")
            bad += 1
        listed.add(entry)
    gone = [] if options.lines[:2] != "0-" else [e for e in EQUIVALENT if e not in listed]
    for text, what, _ in gone:
        print(f"listed as equivalent, but killed or gone: {text}: {what}")
    print(f"mutants: {len(found)}, killed: {len(found) - len(survivors)}")
    print(f"equivalent: {len(survivors) - bad}, other survivors: {bad}")
    print(f"seconds: {time.monotonic() - start:.0f}", file=sys.stderr)
    return int(bool(bad or gone))


if __name__ == "__main__":
    sys.exit(main())

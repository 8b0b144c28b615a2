"""What a theorem says of one instance: hypotheses with evidence, both sides exact, a verdict.

A report never concludes beyond its instance. Where a hypothesis fails the verdict is "does not
apply", whatever the two sides are.
"""

from dataclasses import dataclass, field
from enum import Enum
from html import escape

from exactnet.errors import InputError
from exactnet.theorems.values import Cell, Exact, Value, as_json, shown, spelled
from exactnet.verification.verdicts import Verdict

PROVED = {Verdict.PROVED: True, Verdict.REFUTED: False, Verdict.UNKNOWN: None}  # as ``holds``


class Outcome(Enum):
    """What a report says; UNKNOWN only where a limit or an open bracket left it undecided."""

    HOLDS = "holds"
    FAILS = "fails"
    DOES_NOT_APPLY = "does not apply"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One condition of a theorem, whether it holds here, and what shows it."""

    name: str
    holds: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left relation right``, decided exactly; ``holds`` is None where a bracket leaves it open.

    The sides are numbers, or text that names sets.
    """

    name: str
    left: Value | str
    relation: str
    right: Value | str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Rows for people and scripts; ``heads`` name the columns."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def lines(self) -> list[str]:
        """Title and columns as text."""
        cells = [self.heads, *(tuple(map(shown, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        rows = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in cells
        ]
        return [f"{self.title}:", *(f"  {row}" for row in rows)]


@dataclass(frozen=True, slots=True)
class Series:
    """A named line of a plot: exact values of y at exact x."""

    name: str
    points: tuple[tuple[Exact, Exact], ...]


@dataclass(frozen=True, slots=True)
class ReportPlot:
    """Series on common axes."""

    title: str
    x: str
    y: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class TheoremReport:
    """A theorem on an instance.

    ``comparisons[0]`` is the theorem's statement; the others are consequences, sharper or weaker
    forms. ``sizes`` are the integers that the statement is about.

    >>> report = TheoremReport(
    ...     "0", "1 <= 2", "an example", (Hypothesis("true", True, "by definition"),),
    ...     (Comparison("statement", 1, "<=", 2, True),), {"n": 1})
    >>> report.verdict, report.left, report.right
    (<Outcome.HOLDS: 'holds'>, 1, 2)
    """

    theorem: str
    statement: str
    instance: str
    hypotheses: tuple[Hypothesis, ...]
    comparisons: tuple[Comparison, ...]
    sizes: dict[str, int]
    tables: tuple[ReportTable, ...] = ()
    plots: tuple[ReportPlot, ...] = ()
    rests_on: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    @property
    def verdict(self) -> Outcome:
        """Does not apply, if a hypothesis fails; else what the comparisons say together."""
        if not all(hypothesis.holds for hypothesis in self.hypotheses):
            return Outcome.DOES_NOT_APPLY
        decided = [comparison.holds for comparison in self.comparisons]
        if False in decided:
            return Outcome.FAILS
        return Outcome.UNKNOWN if None in decided or not decided else Outcome.HOLDS

    @property
    def name(self) -> str:
        """What the report is about, in words."""
        if self.theorem == "gradient":
            return "gradient theorem"
        return self.theorem if self.theorem == "conjecture" else f"theorem {self.theorem}"

    @property
    def left(self) -> Value | str | None:
        """The left side of the statement; None where the instance has none."""
        return self.comparisons[0].left if self.comparisons else None

    @property
    def right(self) -> Value | str | None:
        """The right side of the statement; None where the instance has none."""
        return self.comparisons[0].right if self.comparisons else None

    def table(self, title: str) -> ReportTable:
        """The table of a title."""
        for table in self.tables:
            if table.title == title:
                return table
        known = ", ".join(f"'{table.title}'" for table in self.tables) or "none"
        raise InputError.about("table", f"one of {known}", f"'{title!s:.60}'", "Check the title.")

    def document(self) -> dict[str, object]:
        """The report as a JSON object; numbers that are no integers are strings."""
        return {
            "theorem": self.theorem,
            "statement": self.statement,
            "instance": self.instance,
            "verdict": self.verdict.value,
            "hypotheses": [
                {"name": h.name, "holds": h.holds, "evidence": h.evidence} for h in self.hypotheses
            ],
            "left": as_json(self.left),
            "right": as_json(self.right),
            "comparisons": [
                {
                    "name": c.name,
                    "left": as_json(c.left),
                    "relation": c.relation,
                    "right": as_json(c.right),
                    "holds": c.holds,
                }
                for c in self.comparisons
            ],
            "sizes": {name: as_json(size) for name, size in self.sizes.items()},
            "tables": [
                {
                    "title": t.title,
                    "heads": list(t.heads),
                    "rows": [[as_json(cell) for cell in row] for row in t.rows],
                }
                for t in self.tables
            ],
            "rests_on": list(self.rests_on),
            "notes": list(self.notes),
            "seconds": self.seconds,
        }

    def text(self) -> str:
        """The report in plain text, for a terminal.

        >>> hypothesis = Hypothesis("true", True, "by definition")
        >>> comparison = Comparison("statement", 1, "<=", 2, True)
        >>> print(TheoremReport("0", "1 <= 2.", "example", (hypothesis,), (comparison,), {}).text())
        theorem 0 on example: holds
          1 <= 2.
          hypothesis true: yes (by definition)
          statement: 1 <= 2, yes
        """
        lines = [f"{self.name} on {self.instance}: {self.verdict.value}"]
        lines += [f"  {self.statement}"]
        for h in self.hypotheses:
            lines.append(f"  hypothesis {h.name}: {shown(h.holds)} ({h.evidence})")
        for c in self.comparisons:
            sides = f"{spelled(c.left)} {c.relation} {spelled(c.right)}"
            lines.append(f"  {c.name}: {sides}, {'open' if c.holds is None else shown(c.holds)}")
        for table in self.tables:
            lines += ["", *table.lines()]
        if self.tables and (self.notes or self.rests_on):
            lines.append("")
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join([*lines, *(f"  rests on: {line}" for line in self.rests_on)])

    def _repr_html_(self) -> str:
        """The report in a notebook."""
        return f"<pre>{escape(self.text())}</pre>"

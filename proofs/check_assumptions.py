"""What the proofs assume: reads what Coq prints and refuses every axiom that is not expected.

    python check_assumptions.py theorems FILE...   what coqtop prints for assumptions.v
    python check_assumptions.py context FILE       what coqchk -o prints

The first form prints the axioms of each main theorem, and fails if one of them is not allowed for
it, or if a main theorem is missing. The second fails if anything in any module, used or not, is
assumed beyond the same axioms: an `Admitted` lemma is an axiom for coqchk.

Exit status: 0 as expected, 1 not, 2 an output that is not understood. Standard library only.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

REALS = frozenset(
    {
        "Coq.Reals.ClassicalDedekindReals.sig_not_dec",
        "Coq.Reals.ClassicalDedekindReals.sig_forall_dec",
        "Coq.Logic.FunctionalExtensionality.functional_extensionality_dep",
    }
)
"""What Coq's real numbers rest on."""

EXPONENTIAL = REALS | {"Coq.Logic.Classical_Prop.classic"}
"""What the library's facts about exp and e rest on: for theorems in which e occurs."""

MAIN = {
    "Exactnet.Theorem1.theorem1_separated": REALS,
    "Exactnet.Separation.alternative": REALS,
    "Exactnet.Separation.separation": REALS,
    "Exactnet.Separation.separates_disjoint": REALS,
    "Exactnet.Separation.theorem_1": REALS,
    "Exactnet.Strip.trap": REALS,
    "Exactnet.Strip.trap_rejected": REALS,
    "Exactnet.Fold.fold_theorem": REALS,
    "Exactnet.Zaslavsky.zaslavsky": REALS,
    "Exactnet.Regions.regions": REALS,
    "Exactnet.Regions.regions_line": REALS,
    "Exactnet.Regions.regular_regions": REALS,
    "Exactnet.Regions.same_activation_affine": REALS,
    "Exactnet.Regions.regions_exponential": EXPONENTIAL,
    "Exactnet.Regions.exponential_form_fails_below": EXPONENTIAL,
    "Exactnet.Theorem2.theorem2": REALS,
    "Exactnet.Theorem2.theorem2_width": EXPONENTIAL,
    "Exactnet.Theorem2.theorem2_ifs": REALS,
    "Exactnet.Theorem2.theorem2_ifs_width": EXPONENTIAL,
    "Exactnet.Theorem2.width_bound_fails_below": EXPONENTIAL,
    "Exactnet.Theorem3.mixed_cells": REALS,
    "Exactnet.Theorem3.theorem3_cells": REALS,
    "Exactnet.Theorem3.theorem3": REALS,
    "Exactnet.Theorem3.theorem3_fails_in_the_plane": REALS,
    "Exactnet.Checker.Farkas.proves_sound": REALS,
    "Exactnet.Checker.Farkas.refutes_sound": REALS,
    "Exactnet.Checker.Trees.check_sound": REALS,
    "Exactnet.Checker.Systems.check_system_sound": REALS,
    "Exactnet.Checker.Disjoint.disjoint_sound": REALS,
    "Exactnet.Checker.Disjoint.disjoint_sound_cube": REALS,
    "Exactnet.Checker.Levels.levels_sound": REALS,
    "Exactnet.Checker.Levels.levels_sound_cube": REALS,
    "Exactnet.Checker.Levels.levels_size": REALS,
    "Exactnet.Checker.Fixed.fixed_chain": REALS,
    "Exactnet.Checker.Fixed.fixed_sound": REALS,
    "Exactnet.Checker.Fixed.fixed_sound_cube": REALS,
    "Exactnet.Checker.Fixed.fixed_size": REALS,
}
"""The axioms allowed for each main theorem."""

INSTANCES = "Exactnet.Instances."
"""Theorems whose names start so are not listed; their axioms are those of the reals."""


class UnreadableError(Exception):
    """An output that is not what coqtop or coqchk prints."""


def read_theorems(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each theorem that was located, with the axioms printed for it.

    >>> text = '''Constant Exactnet.Fold.fold_theorem (shorter name ... is Fold.fold_theorem)
    ... Axioms:
    ... ClassicalDedekindReals.sig_not_dec : forall P : Prop, {~ ~ P} + {~ P}
    ... FunctionalExtensionality.functional_extensionality_dep
    ...   : forall (A : Type) (B : A -> Type) (f g : forall x : A, B x), ...
    ... Constant Exactnet.Other.other
    ... Closed under the global context'''
    >>> for name, axioms in read_theorems(text):
    ...     print(name, axioms)
    Exactnet.Fold.fold_theorem ['ClassicalDedekindReals.sig_not_dec', \
'FunctionalExtensionality.functional_extensionality_dep']
    Exactnet.Other.other []
    """
    name: str | None = None
    axioms: list[str] | None = None
    for line in text.splitlines():
        if not line.strip() or line.startswith(" "):
            continue
        if line.startswith("Constant "):
            yield from _entry(name, axioms)
            name, axioms = line.split()[1], None
        elif line in ("Axioms:", "Closed under the global context"):
            if name is None or axioms is not None:
                raise UnreadableError(f"expected the name of a theorem before {line!r}")
            axioms = []
        elif axioms is None:
            raise UnreadableError(f"expected axioms, got {line!r}")
        else:
            axioms.append(line.split()[0])
    yield from _entry(name, axioms)


def _entry(name: str | None, axioms: list[str] | None) -> Iterator[tuple[str, list[str]]]:
    if name is None:
        return
    if axioms is None:
        raise UnreadableError(f"expected the axioms of {name}, found none")
    yield name, axioms


def allowed(axiom: str, full_names: Iterable[str]) -> bool:
    """Whether this is one of them; coqtop leaves out the beginning of long names."""
    return any(full == axiom or full.endswith("." + axiom) for full in full_names)


def check_theorems(text: str) -> list[str]:
    """What is wrong; prints the axioms of every theorem."""
    wrong = []
    seen = set()
    for name, axioms in read_theorems(text):
        short = [axiom.rsplit(".", 1)[-1] for axiom in axioms]
        print(f"{name}: {', '.join(short) or 'no axioms'}")
        seen.add(name)
        if name not in MAIN and not name.startswith(INSTANCES):
            wrong.append(f"{name}: expected a main theorem. Add it to MAIN, or take it out.")
        expected = MAIN.get(name, REALS)
        wrong += [
            f"{name}: the axiom {axiom} is not allowed"
            for axiom in axioms
            if not allowed(axiom, expected)
        ]
    return wrong + [f"{name}: missing from the output" for name in MAIN if name not in seen]


def read_context(text: str) -> dict[str, list[str]]:
    """The sections of coqchk's summary.

    >>> read_context('''CONTEXT SUMMARY
    ... ===============
    ...
    ... * Theory: Set is predicative
    ...
    ... * Axioms:
    ...     Coq.Logic.Classical_Prop.classic
    ...
    ... * Constants/Inductives relying on type-in-type: <none>
    ... ''')
    {'Theory': ['Set is predicative'], 'Axioms': ['Coq.Logic.Classical_Prop.classic'], \
'Constants/Inductives relying on type-in-type': []}
    """
    _, found, summary = text.partition("CONTEXT SUMMARY")
    if not found:
        raise UnreadableError("expected coqchk's CONTEXT SUMMARY, found none")
    sections: dict[str, list[str]] = {}
    entries: list[str] | None = None
    for line in summary.splitlines():
        if line.startswith("* "):
            title, _, first = line[2:].partition(":")
            entries = sections.setdefault(title, [])
            entries += [first.strip()] if first.strip() not in ("", "<none>") else []
        elif line.strip() and line.strip("="):
            if entries is None:
                raise UnreadableError(f"expected a section, got {line!r}")
            entries.append(line.strip())
    return sections


def check_context(text: str) -> list[str]:
    """What is wrong with everything that coqchk has seen."""
    sections = read_context(text)
    for title in ("Theory", "Axioms"):
        if title not in sections:
            raise UnreadableError(f"expected the section {title!r} in coqchk's summary")
    wrong = []
    for title, entries in sections.items():
        expected = {"Theory": {"Set is predicative"}, "Axioms": EXPONENTIAL}.get(title, frozenset())
        wrong += [f"{title}: {entry} is not allowed" for entry in entries if entry not in expected]
    print(f"axioms in all modules: {', '.join(sections['Axioms']) or 'none'}")
    return wrong


def main(arguments: list[str]) -> int:
    """Check what the files hold; the exit status."""
    checks = {"theorems": check_theorems, "context": check_context}
    if len(arguments) < 2 or arguments[0] not in checks:
        print(f"usage: python check_assumptions.py {'|'.join(checks)} FILE...", file=sys.stderr)
        return 2
    try:
        text = "".join(Path(name).read_text(encoding="utf-8") for name in arguments[1:])
        wrong = checks[arguments[0]](text)
    except (OSError, UnreadableError) as error:
        print(f"check_assumptions: {error}", file=sys.stderr)
        return 2
    for line in wrong:
        print(f"check_assumptions: {line}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Reports: verdicts follow from hypotheses and comparisons; text, JSON and page say the same."""

import json
import re
from fractions import Fraction as F
from itertools import product

import pytest
from pages import read_page

from exactnet.errors import InputError
from exactnet.exact.radicals import power_of_two
from exactnet.theorems.report import (
    Comparison,
    Hypothesis,
    Outcome,
    ReportPlot,
    ReportTable,
    Series,
    TheoremReport,
)
from exactnet.theorems.values import Value, as_json, shown, spelled
from exactnet.viewing.theorem_page import theorem_page

IRRATIONAL = F(3, 2) - power_of_two(F(-1, 5))


def report(*holds: bool | None, hypotheses: tuple[bool, ...] = (True,)) -> TheoremReport:
    return TheoremReport(
        "0",
        "a <= b & c",
        "an <instance>",
        tuple(Hypothesis(f"h{k}", value, f"evidence {k}") for k, value in enumerate(hypotheses)),
        tuple(Comparison(f"c{k}", k, "<=", IRRATIONAL, value) for k, value in enumerate(holds)),
        {"n": 1},
        (ReportTable("Rows", ("a", "b"), ((1, F(1, 3)), ("x<y", None))),),
        (ReportPlot("Lines", "j", "loss", (Series("left", ((0, F(1, 2)), (1, IRRATIONAL))),)),),
        rests_on=("exact arithmetic",),
        notes=("a note",),
    )


@pytest.mark.parametrize("hypotheses", list(product((True, False), repeat=2)))
@pytest.mark.parametrize("holds", list(product((True, False, None), repeat=2)))
def test_the_verdict_is_never_stronger_than_what_it_rests_on(
    hypotheses: tuple[bool, ...], holds: tuple[bool | None, ...]
) -> None:
    verdict = report(*holds, hypotheses=hypotheses).verdict
    if not all(hypotheses):
        assert verdict is Outcome.DOES_NOT_APPLY
    elif False in holds:
        assert verdict is Outcome.FAILS
    else:
        assert (verdict is Outcome.HOLDS) == (None not in holds)


def test_a_report_that_compares_nothing_does_not_hold() -> None:
    assert report().verdict is Outcome.UNKNOWN
    assert (report().left, report().right) == (None, None)


def test_the_json_form_has_the_contracts_keys_and_no_float() -> None:
    document = report(True).document()
    assert {"verdict", "hypotheses", "left", "right", "sizes"} <= set(document)
    assert document["hypotheses"] == [{"name": "h0", "holds": True, "evidence": "evidence 0"}]
    assert (document["left"], document["right"]) == (0, "3/2 - 2^(-1/5)")
    found = json.loads(json.dumps({**document, "seconds": 0}))
    floats = [
        v for v in json.dumps(found).replace(",", " ").split() if re.fullmatch(r"\d+\.\d+", v)
    ]
    assert floats == []


def test_text_names_every_hypothesis_comparison_table_and_evidence() -> None:
    text = report(True, None, hypotheses=(True, False)).text()
    assert text.splitlines()[0] == "theorem 0 on an <instance>: does not apply"
    for part in ("h1: no (evidence 1)", "c1: 1 <= 3/2 - 2^(-1/5) ~ 0.629449, open", "Rows:",
                 "x<y", "note: a note", "rests on: exact arithmetic"):  # fmt: skip
        assert part in text


def test_a_missing_table_is_named_with_those_there_are() -> None:
    assert report(True).table("Rows").rows[0] == (1, F(1, 3))
    with pytest.raises(InputError, match="expected one of 'Rows', got 'None'"):
        report(True).table("None")


def test_the_page_is_well_formed_self_contained_and_escapes_what_it_shows() -> None:
    words = read_page(theorem_page(report(True, False)))
    for part in ("an <instance>", "a <= b & c", "x<y", "fails", "3/2 - 2^(-1/5)", "Lines"):
        assert part in words


@pytest.mark.parametrize(
    ("value", "json_form", "table", "line"),
    [
        (3, 3, "3", "3"),
        (F(4, 2), 2, "2", "2"),
        (F(1, 3), "1/3", "1/3", "1/3"),
        (IRRATIONAL, "3/2 - 2^(-1/5)", "0.629449", "3/2 - 2^(-1/5) ~ 0.629449"),
        ((F(1, 3), 2), ["1/3", 2], "0.333333..2", "0.333333..2"),
        (True, True, "yes", "yes"),
        (None, None, "-", "-"),
    ],
)
def test_values_for_scripts_tables_and_lines(
    value: object, json_form: object, table: str, line: str
) -> None:
    assert (as_json(value), shown(value), spelled(value)) == (json_form, table, line)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2**8191, None),
        (2**8192 + 1, "at least 2^8192"),
        (-(40**4096), "at most -2^21798"),
        (F(40**4096, 7), "at least 2^21795"),
        (IRRATIONAL * 40**4096, "at least 2^21797"),
        ((F(-(2**9000)), 2**9000), "at most -2^9000..at least 2^9000"),
    ],
    ids=["integer", "power", "negative", "fraction", "radical", "interval"],
)
def test_numbers_with_more_digits_than_python_prints_are_shown_by_their_size(
    value: Value, text: str | None
) -> None:
    assert shown(value) == (str(value) if text is None else text)
    report = TheoremReport(
        "0", "", "", (), (Comparison("s", value, "=", value, True),), {"k": 2**9000},
        (ReportTable("t", ("v",), ((value,),)),),
    )  # fmt: skip
    assert text is None or text in report.text()
    assert json.loads(json.dumps(report.document()))["sizes"] == {"k": "at least 2^9000"}


def test_intervals_are_rounded_outwards() -> None:
    low, high = shown((F(1, 3), F(2, 3))).split("..")
    assert F(low) <= F(1, 3)
    assert F(high) >= F(2, 3)
    low, high = shown((-IRRATIONAL, IRRATIONAL)).split("..")
    assert F(low) < -IRRATIONAL
    assert F(high) > IRRATIONAL

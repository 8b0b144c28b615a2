"""Farkas multipliers: proofs that the checker's own arithmetic confirms, or points against them."""

from fractions import Fraction as F

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import rationals

from exactnet.verification.certificates.multipliers import (
    ContradictionFound,
    Failure,
    Multipliers,
    Reduced,
    System,
    written,
)
from exactnet.verification.check import ONE, Form, combined

forms = st.dictionaries(st.sampled_from([ONE, 0, 1, 2]), rationals.filter(bool), max_size=4)


def rest(target: Form, facts: list[Form], found: Multipliers) -> Form:
    """The target minus the multiplied facts."""
    return combined((target, F(1)), *((facts[k], -y) for k, y in found.items()))


def at(form: Form, point: dict[int, F]) -> F:
    total = form.get(ONE, F(0))
    for v, a in form.items():
        if v != ONE:
            total += a * point.get(v, F(0))
    return total


@given(target=forms, facts=st.lists(forms, max_size=6), data=st.data())
@settings(max_examples=300)
def test_multipliers_prove_or_a_point_shows_why_not(
    target: Form, facts: list[Form], data: st.DataObject
) -> None:
    strict = data.draw(st.sets(st.integers(0, len(facts) - 1)) if facts else st.just(set()))
    wanted = data.draw(st.booleans(), "strict")
    system = System(tuple(Reduced(fact, {}) for fact in facts), frozenset(strict), {}, range(0), 3)
    try:
        found = system.prove(target, wanted)
    except ContradictionFound as contradiction:
        found, target, wanted = contradiction.args[0], {}, True
    if isinstance(found, Failure):
        assert found.point is not None
        value = at(target, found.point)
        assert value < 0 or (wanted and value == 0)
        values = [at(fact, found.point) for fact in facts]
        assert all(v > 0 or (v == 0 and k not in strict) for k, v in enumerate(values))
        return
    assert all(y > 0 for y in found.values())
    left = rest(target, facts, found)
    constant = left.pop(ONE, F(0))
    assert not left
    assert constant > 0 or (constant == 0 and (not wanted or strict & set(found)))


def test_multipliers_are_written_in_order_and_briefly() -> None:
    assert written({3: F(1, 2), 0: F(2)}) == [[0, 2], [3, "1/2"]]

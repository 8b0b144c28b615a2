"""Messages: their one shape, and values that Python itself cannot show."""

from collections.abc import Callable
from fractions import Fraction as F

import pytest

import exactnet as en
from exactnet.constructions import separations
from exactnet.errors import InputError, shown

LONG = 10**5000  # more digits than str(int) takes
TOO_LONG = "a number of more digits than Python shows"


def test_a_message_says_where_what_and_what_to_do() -> None:
    error = InputError.about("here", "one thing", "another", "Change it.")
    assert str(error) == "here: expected one thing, got another. Change it."
    assert isinstance(error, ValueError)


def test_values_are_shown_by_their_repr_cut_to_a_length() -> None:
    assert shown("a" * 100, 5) == "'aaaa"
    assert shown(LONG) == shown([LONG], 50) == TOO_LONG


@pytest.mark.parametrize(
    "call",
    [
        lambda: en.blocks.parity(LONG),
        lambda: en.blocks.sawtooth(-LONG),
        lambda: en.blocks.sawtooth(LONG, LONG),
        lambda: en.blocks.largest(LONG),
        lambda: en.blocks.fizzbuzz(bits=LONG),
        lambda: en.blocks.fizzbuzz().words_for(LONG),
        lambda: en.algebra.select(2, [LONG]),
        lambda: en.Limits(cells=LONG),
        lambda: separations.get("ball", d=LONG),
        lambda: en.ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [[[LONG]]]),
        lambda: en.ReluNetwork.of([LONG]),
        lambda: en.evaluate_batch(en.ReluNetwork.of([([[1]], [0])]), [[1]], -LONG),
    ],
    ids=range(12),
)
def test_a_number_too_long_to_be_shown_is_refused_all_the_same(call: Callable[[], object]) -> None:
    with pytest.raises(InputError, match=f"expected .*, got {TOO_LONG}"):
        call()


def test_an_absolute_margin_is_refused_also_where_the_bound_is_a_long_number() -> None:
    ifs = en.IFS.of([([["1/3"]], [F(2, 3 * LONG)])], [(F(1, LONG), F(1, LONG - 1))])
    with pytest.raises(InputError, match="margin: expected an absolute margin below 1/1999"):
        en.compile_ifs(ifs, 1, "margin", margin=F(1, 2), absolute=True)

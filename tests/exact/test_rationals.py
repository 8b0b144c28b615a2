"""Reading and writing rationals: what is accepted is exact, everything else is refused."""

from decimal import Decimal
from fractions import Fraction as F

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from exactnet.errors import ExactnetError, InputError, InputTypeError
from exactnet.exact.rationals import (
    as_matrix,
    as_rational,
    as_vector,
    common_denominator,
    from_text,
    is_readable,
    show_point,
    to_text,
)


@given(st.fractions())
def test_the_canonical_text_of_a_rational_reads_back_as_itself(value: F) -> None:
    assert as_rational(to_text(value)) == value
    assert as_rational(value) is value


@given(st.integers(), st.integers(1, 10**30), st.sampled_from(["", " ", "\t "]))
def test_a_fraction_string_denotes_the_quotient_of_its_integers(p: int, q: int, pad: str) -> None:
    value = as_rational(f"{pad}{p}/{q}{pad}")
    assert value.numerator * q == p * value.denominator
    assert as_rational(f"{pad}{p}") == as_rational(p) == p


@given(st.integers(0, 10**12), st.text("0123456789", max_size=12), st.integers(-30, 30))
def test_a_decimal_string_denotes_its_digits_times_a_power_of_ten(
    whole: int, decimals: str, exponent: int
) -> None:
    digits = int(f"{whole}{decimals}")
    power = exponent - len(decimals)
    expected = F(digits * 10**power) if power >= 0 else F(digits, 10**-power)
    assert as_rational(f"{whole}.{decimals}e{exponent}") == expected
    assert as_rational(f"-{whole}.{decimals}E{exponent:+}") == -expected


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**9))
def test_numpy_and_sympy_rationals_become_fractions_of_python_integers(p: int, q: int) -> None:
    for value, expected in [
        (np.int64(p), F(p)),
        (np.uint32(q), F(q)),
        (sympy.Rational(p, q), F(p, q)),
    ]:
        result = as_rational(value)
        assert result == expected
        assert type(result.numerator) is int
        assert type(result.denominator) is int


@given(st.text(max_size=12))
def test_any_text_is_either_read_exactly_or_refused_by_a_named_error(text: str) -> None:
    try:
        value = as_rational(text, "here")
    except ExactnetError as error:
        assert str(error).startswith("here: expected ")
    else:
        assert as_rational(to_text(value)) == value


def test_the_largest_accepted_numbers_are_read_in_full() -> None:
    assert as_rational("9" * 4300) == 10**4300 - 1
    assert as_rational("1/" + "9" * 4300) == F(1, 10**4300 - 1)
    assert as_rational(f"-{'9' * 4300}/{'7' * 4300}") == -F(9, 7)
    assert as_rational("1e1000") == 10**1000
    assert as_rational("1e-1000") == F(1, 10**1000)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "expected a rational such as '3/4' or '0.75', got ''"),
        (".", "expected a rational such as '3/4' or '0.75', got '.'"),
        ("one", "got 'one'. Rewrite the number so."),
        ("1_000", "got '1_000'"),
        ("1 / 2", "got '1 / 2'"),
        ("1/-2", "got '1/-2'"),
        ("1/2/3", "got '1/2/3'"),
        ("0x10", "got '0x10'"),
        ("nan", "got 'nan'"),
        ("inf", "got 'inf'"),
        ("١", "expected a rational such as"),
        ("1/0", "expected a non-zero denominator, got '1/0'. Write a number with p/q, q > 0."),
        ("0/00", "expected a non-zero denominator, got '0/00'"),
        ("1e999999999", "expected an exponent between -1000 and 1000, got '1e999999999'"),
        ("1e1001", "expected an exponent between -1000 and 1000, got '1e1001'"),
        ("1e-1001", "expected an exponent between -1000 and 1000, got '1e-1001'"),
        ("1e0000001", "expected an exponent between -1000 and 1000, got '1e0000001'"),
        ("1" * 4301, f"expected at most 4300 digits, got '{'1' * 37}...'"),
        ("1/" + "1" * 4301, "expected at most 4300 digits, got '1/"),
        ("." + "1" * 4300, "expected at most 4300 characters, got '.111"),
        ("-" + "1" * 4301, "expected at most 4300 digits, got '-111"),
        ("1" * 8603, "expected a number of at most 4300 digits, got 8603 characters"),
    ],
)
def test_a_malformed_number_is_refused_with_what_was_read(text: str, part: str) -> None:
    with pytest.raises(InputError) as caught:
        as_rational(text, "entry")
    assert str(caught.value).startswith("entry: expected ")
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            0.1,
            "as_rational: expected int, str or Fraction, got float 0.1. Write '1/10' for one "
            "tenth, or Fraction(0.1) for the value stored in binary.",
        ),
        (
            -0.75,
            "as_rational: expected int, str or Fraction, got float -0.75. Write '-3/4' for -3/4, "
            "or Fraction(-0.75) for the value stored in binary.",
        ),
        (
            np.float64(0.3),
            "as_rational: expected int, str or Fraction, got float 0.3. Write '3/10' for 3/10, "
            "or Fraction(0.3) for the value stored in binary.",
        ),
        (
            float("nan"),
            "as_rational: expected int, str or Fraction, got float nan. Write a finite number "
            "such as '1/10'.",
        ),
        (
            5e-324,
            "as_rational: expected int, str or Fraction, got float 5e-324. Write '5e-324', "
            "or Fraction(5e-324) for the value stored in binary.",
        ),
    ],
)
def test_a_float_is_refused_and_the_message_says_what_to_write(value: float, message: str) -> None:
    with pytest.raises(InputTypeError) as caught:
        as_rational(value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "bool"),
        (None, "NoneType"),
        (1j, "complex"),
        (Decimal("0.5"), "Decimal"),
        (b"1", "bytes"),
        (np.float32(1), "float32"),
        ([1], "list"),
        (sympy.sqrt(2), "Pow"),
        (sympy.Float(1), "Float"),
    ],
)
def test_an_object_that_is_not_a_rational_is_refused_by_its_kind(value: object, kind: str) -> None:
    with pytest.raises(InputTypeError) as caught:
        as_rational(value, "entry")
    assert str(caught.value) == (
        f"entry: expected int, str or Fraction, got {kind}. "
        "Write the number as an integer or as 'p/q'."
    )


@given(st.lists(st.fractions(), max_size=5))
def test_a_vector_may_come_from_any_ordered_collection(values: list[F]) -> None:
    expected = tuple(values)
    assert as_vector(values, "v") == as_vector(iter(values), "v") == expected
    assert as_vector([to_text(v) for v in values], "v", length=len(values)) == expected
    assert as_vector(np.array(values, dtype=object), "v") == expected


def test_matrices_come_from_numpy_and_sympy_too() -> None:
    expected = ((F(1), F(2)), (F(3), F(4)))
    assert as_matrix(np.array([[1, 2], [3, 4]]), "m") == expected
    assert as_matrix(sympy.Matrix([[1, 2], [3, 4]]), "m", columns=2) == expected
    assert as_matrix([], "m") == ()


@pytest.mark.parametrize(
    ("values", "length", "error", "message"),
    [
        (["1", 0.5], None, InputTypeError, "v[1]: expected int, str or Fraction, got float 0.5."),
        ([1, 2], 3, InputError, "v: expected 3 number(s), got 2. Give one number per coordinate."),
        ([], 1, InputError, "v: expected 1 number(s), got 0."),
        ("12", None, InputTypeError, "v: expected a list of rationals, got str."),
        (b"12", None, InputTypeError, "v: expected a list of rationals, got bytes."),
        (7, None, InputTypeError, "v: expected a list of rationals, got int."),
        (None, None, InputTypeError, "v: expected a list of rationals, got NoneType."),
        ({"1": 2}, None, InputTypeError, "v: expected a list of rationals, got dict."),
        ({1, 2}, None, InputTypeError, "v: expected a list of rationals, got set."),
        (np.array([0.5]), None, InputTypeError, "v[0]: expected int, str or Fraction, got float"),
        (np.array(3), None, InputTypeError, "v: expected a list of rationals, got int."),
    ],
)
def test_a_bad_vector_names_the_entry_or_the_kind(
    values: object, length: int | None, error: type[ExactnetError], message: str
) -> None:
    with pytest.raises(error) as caught:
        as_vector(values, "v", length)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([[1, 2], [3]], InputError, "m[1]: expected 2 number(s), got 1."),
        ([1, 2], InputTypeError, "m[0]: expected a list of rationals, got int."),
        ("1", InputTypeError, "m: expected a list of rows, got str."),
        ({"a": [1]}, InputTypeError, "m: expected a list of rows, got dict."),
        ([[1], ["1/0"]], InputError, "m[1][0]: expected a non-zero denominator, got '1/0'."),
    ],
)
def test_a_bad_matrix_names_the_row(rows: object, error: type[ExactnetError], message: str) -> None:
    with pytest.raises(error) as caught:
        as_matrix(rows, "m")
    assert message in str(caught.value)


@given(st.fractions(), st.integers(0, 20_000))
@settings(max_examples=30)
def test_the_text_of_a_number_of_any_length_is_that_of_its_integers(value: F, power: int) -> None:
    long = value * 10**power
    text = to_text(long)
    assert from_text(text) == long
    digits = str(value.numerator) if value.denominator == 1 else ""
    assert not digits or value == 0 or text == digits + "0" * power
    assert to_text(value) == str(value)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("fraction", [False, True])
def test_a_readable_number_is_read_back_and_the_next_longer_one_is_not(
    sign: int, fraction: bool
) -> None:
    longest = 2**14_284 - 1
    value = sign * F(longest, longest - 1 if fraction else 1)
    assert is_readable(value)
    assert as_rational(to_text(value)) == value
    for longer in (value + sign * 2**14_284, value / 2**14_284):
        assert not is_readable(longer)
    with pytest.raises(InputError, match="at most 4300 digits"):
        as_rational(to_text(value * 10**4300))


@given(st.lists(st.builds(F, st.integers(-9, 9), st.integers(1, 12)), max_size=4))
def test_the_common_denominator_is_the_least_that_clears_all(values: list[F]) -> None:
    clearing = (n for n in range(1, 12**4) if all((value * n).denominator == 1 for value in values))
    assert common_denominator(values) == next(clearing)


def test_a_point_is_shown_with_its_fractions() -> None:
    assert show_point((F(-1, 2), F(3))) == "(-1/2, 3)"

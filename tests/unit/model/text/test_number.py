"""Numbers keep every digit and are written as Terraform writes them."""

from decimal import Decimal

import pytest

from cellwright.model.text.number import exact_number, number_text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("0.00001", "0.00001"),
        ("1e-7", "0.0000001"),
        ("1e23", "1" + 23 * "0"),
        ("1.50", "1.5"),
        ("2.0", "2"),
        ("-0.0", "0"),
        ("-1.25E2", "-125"),
        ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
        ("1e99999", "1E+99999"),
    ],
)
def test_no_digit_is_lost(written: str, text: str) -> None:
    assert number_text(exact_number(written)) == text


def test_whole_numbers_are_integers() -> None:
    assert type(exact_number("2.0")) is int
    assert type(exact_number("2.5")) is Decimal
    assert number_text(1e-05) == "0.00001"


def test_an_exponent_beyond_all_measure_is_no_crash() -> None:
    assert exact_number("1e99999999999999999999999") == Decimal("Infinity")
    assert exact_number("1e-99999999999999999999999") == 0

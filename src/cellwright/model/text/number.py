"""Numbers as Terraform has them: decimals of any size, never rounded to binary fractions of 53 bits."""

from decimal import Decimal, InvalidOperation

MAX_ZEROS = 4_000
"""Beyond so many digits before or after the point, a number keeps its exponent: `1e999999999` is short text.
Python reads no integer of 4,300 digits."""


def exact_number(text: str) -> int | Decimal:
    """Read a JSON number; a whole one is an integer, as Terraform has one number type."""
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent of twenty digits
        return 0 if "e-" in text.lower() else Decimal("Infinity")
    if not number:
        return 0
    if abs(number.adjusted()) > MAX_ZEROS:
        return number
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").removesuffix(".")
    return Decimal(plain) if "." in plain else int(plain)


def number_text(number: float | Decimal) -> str:
    """Write a number as Terraform writes it, without an exponent: 0.00001."""
    exact = number if isinstance(number, int | Decimal) else exact_number(repr(number))
    if isinstance(exact, int) or abs(exact.adjusted()) > MAX_ZEROS:
        return str(exact)
    return format(exact, "f")

"""Scalars as text inside longer strings, as Terraform writes them."""

from decimal import Decimal

from cellwright.model.text.number import number_text
from cellwright.model.value import Value


def scalar_text(value: Value) -> str | None:
    """Write a scalar (true, 4, 1.5); None for null and for what is no scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, int | float | Decimal) else None

"""Scalars as text inside longer strings, as Terraform writes them."""

from cellwright.model.value import Value


def scalar_text(value: Value) -> str | None:
    """Write a scalar (true, 4, 1.5); None for null and for what is no scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else None

"""Values of inputs as they are shown to people."""

from collections.abc import Mapping, Sequence

from cellwright.fleet.yaml.references import is_secret_reference
from cellwright.model.hidden_keys import SENSITIVE
from cellwright.model.value import Json, OutputReference, SecretReference, Template, Value

__all__ = ["SENSITIVE", "shown_value"]


def shown_value(value: Value, *, sensitive: bool = False) -> Json:  # noqa: PLR0911  one for each kind of value
    """Write references as `${output...}`, and a mark in place of a sensitive value.

    A reference to a secret is no secret: it is shown where it is the whole value.
    """
    if isinstance(value, SecretReference) or (isinstance(value, str) and is_secret_reference(value)):
        return f"${{{value}}}" if isinstance(value, SecretReference) else value
    if sensitive:
        return SENSITIVE
    if isinstance(value, OutputReference):
        return f"${{{value}}}"
    if isinstance(value, Template):
        return "".join(part if isinstance(part, str) else f"${{{part}}}" for part in value.parts)
    if isinstance(value, Mapping):
        return {key: shown_value(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [shown_value(item) for item in value]
    return value

"""Texts with places that are filled in: `@{name}` within a line, or a whole line that stands for several.

No other sign has a meaning: shell lines and the expressions of CI systems stay as they are.
"""

import re
from collections.abc import Mapping, Sequence

_PLACE = re.compile(r"@\{([a-z_]+)\}")
_LINES = re.compile(r"(?P<indent> *)@\{(?P<name>[a-z_]+)\}\Z")


def filled(template: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """Fill in all places; of a list each element becomes a line, and of an empty one no line is left.

    Raises:
        KeyError: the template has a place that no value is for.
    """
    return "".join(f"{line}\n" for text in template.splitlines() for line in _lines(text, values))


def _lines(text: str, values: Mapping[str, str | Sequence[str]]) -> Sequence[str]:
    if (whole := _LINES.match(text)) and not isinstance(values[whole["name"]], str):
        return [f"{whole['indent']}{line}" for line in values[whole["name"]]]
    return [_PLACE.sub(lambda place: _text(values[place[1]]), text)]


def _text(value: str | Sequence[str]) -> str:
    if not isinstance(value, str):
        raise KeyError("lines within a line")
    return value

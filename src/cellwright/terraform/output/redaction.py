"""Masking secrets in everything that is stored or shown."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from cellwright.model.value import Json

MASK = "(sensitive value)"

MIN_LENGTH = 4
"""Shorter values are not masked: they occur everywhere by chance."""


class Redactor:
    """Masks a fixed set of values, as they are and as they look inside JSON."""

    __slots__ = ("_pattern",)

    def __init__(self, secrets: Iterable[Json]) -> None:
        texts = {text for secret in secrets for text in _texts(secret)}
        forms = sorted({form for text in texts for form in _forms(text)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, forms))) if forms else None

    def __call__(self, text: str) -> str:
        """Give `text` with every known secret masked."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def _texts(value: Json) -> Iterable[str]:
    """Every text inside `value`; also each line of a long one, since output is shown by lines."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, str):
        yield from (part for part in (value, *value.splitlines()) if len(part.strip()) >= MIN_LENGTH)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from (text for text in (json.dumps(value),) if len(text) >= MIN_LENGTH)


def _forms(text: str) -> Iterable[str]:
    yield text
    for escaped in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        yield escaped
        # Go's encoder also escapes what would matter in HTML.
        yield escaped.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        yield escaped.replace("${", "$${").replace("%{", "%%{")

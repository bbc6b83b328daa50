"""What of a line may be shown below a finding: whether a name is a secret's, and what can be no secret."""

import re
from collections.abc import Iterable

from cellwright.app.session.known_secrets import KnownSecrets
from cellwright.fleet.yaml.references import is_one_reference
from cellwright.model.names import means_secret
from cellwright.model.position import Position
from cellwright.model.text.suggestion import nearest

LEFT_OUT = "…"
"""Stands in place of a value that may be secret."""
_NO_TEXT = re.compile(
    r"(?:true|false|null|~|-?\d{1,5}(?:\.\d{1,5})?|!unset|[{\[(]?|\{\}|\[\]|\(\))(?:\s+(?:#|//).*)?\Z"
)
"""What can be no secret: it is no text, and no number of a secret's length."""
_LIKE = 0.8
"""How much like a secret's name one must be to be that name with a slip in it (by difflib's ratio)."""
_OFTEN = ("password", "secret", "token", "credentials", "private_key", "access_key", "conn_str")
_SLIP = re.compile(r"[^\w-]")
_LOGIN = re.compile(r"://.*@|[?&][\w-]*(?:passw|token|secret|sig|key)[\w-]*=", re.IGNORECASE)
"""Where a URL's user and password are, or a parameter that holds one."""


class SecretNames:
    """Tells names of secrets; also those that somebody has mistyped, as findings are often about these."""

    def __init__(self, known: KnownSecrets) -> None:
        self.known = known
        self._like = sorted({*known.names, *_OFTEN})
        self._told: dict[str, bool] = {}

    def __contains__(self, name: str) -> bool:
        if name not in self._told:
            written = _SLIP.sub("", name)
            found = name in self.known.names or means_secret(name) or means_secret(written)
            self._told[name] = found or nearest(written.lower(), self._like, _LIKE) is not None
        return self._told[name]

    def any(self, names: Iterable[str]) -> bool:
        """Tell whether any of the names is one of a secret."""
        return any(name in self for name in names)


def no_text(value: str) -> bool:
    """Tell whether a value is a switch, a short number, a bracket, or refers to where the value is."""
    text = value.strip()
    return _NO_TEXT.match(text) is not None or is_one_reference(text.strip("\"'"))


def cut(text: str, end: int, place: Position) -> str | None:
    """Give a line without what stands behind `end`; None if that is what the finding speaks of."""
    return (
        None
        if end < place.column - 1 and text[end : place.column - 1].strip()
        else f"{text[:end]} {LEFT_OUT}"
    )


def without_login(text: str | None, place: Position) -> str | None:
    """Leave out the user and the password of a URL, with all that follows in the line."""
    found = _LOGIN.search(text) if text is not None else None
    if text is None or found is None:
        return text
    end = found.start() + (len("://") if found[0].startswith(":") else len(found[0]))
    return None if place.column - 1 > end else text[:end] + LEFT_OUT
